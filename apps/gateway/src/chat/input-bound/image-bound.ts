import type { Model } from '@tokenroute/contracts';
import type { ImageSize } from './image-size.js';

/** @param size null when only the provider will see the picture */
type ImageRule = (size: ImageSize | null, detail: string | undefined) => number;

/**
 * At most the tokens of one image, by the rule its provider publishes.
 * @returns Infinity for a provider without a rule
 */
export function imageBound(model: Model, size: ImageSize | null, detail: string | undefined): number {
  return ruleOf(model)(size, detail);
}

function ruleOf({ provider, upstreamModel }: Model): ImageRule {
  switch (provider) {
    case 'openai':
      return /^gpt-4o(?!-mini)/.test(upstreamModel) ? openaiTiles(85, 170) : openaiTiles(2833, 5667);
    case 'anthropic':
      return anthropicPatches(
        /^claude-(3|(opus|sonnet|haiku)-4-([0156]|\d{8})(-|$))/.test(upstreamModel)
          ? { edge: 1568, most: 1600 }
          : { edge: 2576, most: 4784 },
      );
    case 'google':
      return googleTiles(/^gemini-[12]\./.test(upstreamModel) ? 0 : 2240);
    case 'mistral':
      return mistralPatches;
    default:
      return () => Infinity;
  }
}

/** https://platform.openai.com/docs/guides/images-vision: fit into 2048², shorter side to 768, tiles of 512². */
function openaiTiles(base: number, perTile: number): ImageRule {
  return (size, detail) => {
    if (detail === 'low') return base;
    if (!size) return base + 8 * perTile;
    const fitted = shrink(size, 2048 / Math.max(size.width, size.height));
    const { width, height } = shrink(fitted, 768 / Math.min(fitted.width, fitted.height));
    return base + tiles(width, 512) * tiles(height, 512) * perTile;
  };
}

/**
 * https://platform.claude.com/docs/en/build-with-claude/vision: width × height / 750, or a token for each 28 pixels
 * square, after shrinking to the longest edge and the most tokens. A few tokens around each image are not published.
 */
function anthropicPatches({ edge, most }: { edge: number; most: number }): ImageRule {
  return (size) => {
    if (!size) return most + 8;
    const { width, height } = shrink(size, edge / Math.max(size.width, size.height));
    const tokens = Math.max(Math.ceil((width * height) / 750), tiles(width, 28) * tiles(height, 28));
    return Math.min(tokens, most) + 8;
  };
}

/**
 * https://ai.google.dev/gemini-api/docs/tokens and .../image-understanding: 258 up to 384 pixels, else 258 for each
 * tile, cut at 768 pixels or at two thirds of the shorter side (256 to 768). Gemini 3 counts by its resolution setting.
 */
function googleTiles(least: number): ImageRule {
  return (size) => {
    if (!size) return Math.max(24 * 258, least);
    if (size.width <= 384 && size.height <= 384) return Math.max(258, least);
    const { width, height } = shrink(size, 3072 / Math.max(size.width, size.height));
    const unit = Math.min(Math.max(Math.floor(Math.min(width, height) / 1.5), 256), 768);
    return Math.max(tiles(width, unit) * tiles(height, unit) * 258, least);
  };
}

/**
 * https://mistralai.github.io/mistral-common/usage/images: shrunk to 1540 pixels, a token for 2 × 2 patches of 14, one
 * at the end of each row. Older ones: 1024 pixels, patches of 16. The dearer of the two.
 */
const mistralPatches: ImageRule = (size) =>
  Math.max(mistralPatchesOf(size, 1540, 28), mistralPatchesOf(size, 1024, 16));

function mistralPatchesOf(size: ImageSize | null, edge: number, patch: number): number {
  const whole = size ?? { width: edge, height: edge };
  const { width, height } = shrink(whole, edge / Math.max(whole.width, whole.height));
  return (tiles(width, patch) + 1) * tiles(height, patch);
}

function shrink({ width, height }: ImageSize, factor: number): ImageSize {
  if (factor >= 1) return { width, height };
  return { width: Math.max(Math.round(width * factor), 1), height: Math.max(Math.round(height * factor), 1) };
}

function tiles(pixels: number, unit: number): number {
  return Math.ceil(pixels / unit);
}
