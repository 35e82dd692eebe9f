import type { Model } from '@tokenroute/contracts';
import { imageBound } from './image-bound.js';

function bound(
  provider: string,
  upstreamModel: string,
  width?: number,
  height?: number,
  detail?: string,
): number {
  return imageBound({ provider, upstreamModel } as Model, width && height ? { width, height } : null, detail);
}

describe('imageBound', () => {
  test.each([
    ['gpt-4o-2024-11-20', 1024, 1024, 'high', 85 + 4 * 170],
    ['gpt-4o-2024-11-20', 2048, 4096, 'high', 85 + 6 * 170],
    ['gpt-4o-2024-11-20', 4096, 8192, 'low', 85],
    ['gpt-4o-2024-11-20', 512, 512, undefined, 85 + 170],
    ['gpt-4o-2024-11-20', 10_000, 100, 'auto', 85 + 4 * 170],
    ['gpt-4o-mini-2024-07-18', 1024, 1024, 'auto', 2833 + 4 * 5667],
    ['gpt-4o-mini-2024-07-18', 1024, 1024, 'low', 2833],
  ])('openai %s, %i × %i, detail %s: %i', (model, width, height, detail, tokens) => {
    expect(bound('openai', model, width, height, detail)).toBe(tokens);
  });

  test.each([
    ['claude-sonnet-4-5-20250929', 200, 200, 64 + 8],
    ['claude-sonnet-4-5-20250929', 1000, 1000, 1334 + 8],
    ['claude-opus-4-1-20250805', 8000, 8000, 1600 + 8],
    ['claude-opus-4-7', 8000, 8000, 4784 + 8],
  ])('anthropic %s, %i × %i: %i', (model, width, height, tokens) => {
    expect(bound('anthropic', model, width, height)).toBe(tokens);
  });

  test.each([
    ['gemini-2.5-pro', 384, 384, 258],
    ['gemini-2.5-pro', 960, 540, 6 * 258],
    ['gemini-2.5-pro', 768, 768, 4 * 258],
    ['gemini-3-pro', 100, 100, 2240],
  ])('google %s, %i × %i: %i', (model, width, height, tokens) => {
    expect(bound('google', model, width, height)).toBe(tokens);
  });

  test('mistral: the dearer of its two patch rules, one more token a row', () => {
    expect(bound('mistral', 'mistral-large-2512', 1024, 1024)).toBe(65 * 64);
    expect(bound('mistral', 'mistral-large-2512', 4000, 2000)).toBe(65 * 32);
  });

  test.each([
    ['openai', 'gpt-4o-2024-11-20'],
    ['openai', 'gpt-4o-mini-2024-07-18'],
    ['anthropic', 'claude-haiku-4-5-20251001'],
    ['google', 'gemini-2.0-flash-001'],
    ['mistral', 'mistral-large-2512'],
  ])('%s %s: no picture is above one whose size is not known', (provider, model) => {
    const most = bound(provider, model);
    for (const width of [1, 385, 513, 600, 1024, 1568, 3072, 20_000]) {
      for (const height of [1, 385, 400, 513, 769, 1024, 1540, 3072, 20_000]) {
        expect(bound(provider, model, width, height)).toBeLessThanOrEqual(most);
      }
    }
  });

  test('a provider without a rule has no bound', () => {
    expect(bound('another', 'model', 10, 10)).toBe(Infinity);
  });
});
