import type { Model } from '@tokenroute/contracts';
import type { Attachment } from '../inputs.js';
import { imageBound } from './image-bound.js';
import { headOf, imageSizeOf } from './image-size.js';
import { pdfPagesOf } from './pdf-pages.js';

/** https://ai.google.dev/gemini-api/docs/tokens: 32 a second; video 263, and about 300 with its sound. */
const audioTokensPerSecond = 32;
const videoTokensPerSecond = 300;
/** The least that MP3 allows, Opus and AMR go down to 6 kbit/s; video that can still be watched. */
const bytesPerSecond = { mp3: 1000, audio: 750, video: 8000 };

/**
 * At most the tokens of one attachment.
 * @param detail of an image part
 * @returns Infinity when nothing can be said: a file by its id, or a kind its provider publishes no rule for
 */
export function attachmentBound(
  { kind, payload }: Attachment,
  detail: string | undefined,
  model: Model,
): number {
  // A web address may lead anywhere, but is read as its kind.
  const isInline = payload.startsWith('data:') || !/^[a-z]+:\/\//i.test(payload.slice(0, 16));
  switch (kind) {
    case 'image':
      if (payload.startsWith('data:application/pdf')) return pdfBound(payload, model);
      return imageBound(model, isInline ? imageSizeOf(payload) : null, detail);
    case 'pdf':
      return pdfBound(payload, model);
    case 'audio':
      if (!isInline || model.provider !== 'google') return Infinity;
      return Math.ceil(audioSeconds(payload) * audioTokensPerSecond) + 16;
    case 'video':
      if (!isInline || model.provider !== 'google') return Infinity;
      return Math.ceil((payload.length * 0.75) / bytesPerSecond.video) * videoTokensPerSecond + 16;
    case 'file':
      // Text, at most a token a byte; by id, anything.
      return payload.startsWith('data:') ? payload.length * 2 : Infinity;
    default:
      return kind satisfies never;
  }
}

function audioSeconds(payload: string): number {
  const bytes = payload.length * 0.75;
  const head = headOf(payload, 64);
  const isWave =
    head.length >= 36 &&
    head.toString('latin1', 0, 4) === 'RIFF' &&
    head.toString('latin1', 8, 16) === 'WAVEfmt ';
  // 1: samples as they are, so many bytes a second.
  if (isWave && head.readUInt16LE(20) === 1) {
    const bytesPerSample = Math.min(
      head.readUInt16LE(32),
      (head.readUInt16LE(22) * head.readUInt16LE(34)) / 8,
    );
    const rate = head.readUInt32LE(24) * bytesPerSample;
    if (rate > 0) return bytes / rate;
  }
  const isMp3 =
    head.toString('latin1', 0, 3) === 'ID3' ||
    (head.length > 1 && (head.readUInt16BE(0) & 0xffe0) === 0xffe0);
  return bytes / (isMp3 ? bytesPerSecond.mp3 : bytesPerSecond.audio);
}

/**
 * https://platform.claude.com/docs/en/build-with-claude/pdf-support: 1,500 to 3,000 tokens of text a page, and its image;
 * up to 100 pages. https://ai.google.dev/gemini-api/docs/document-processing: 258 a page, up to 1,000.
 */
function pdfBound(payload: string, model: Model): number {
  const pages = pdfPagesOf(payload);
  switch (model.provider) {
    case 'google':
      return (pages ?? 1000) * (/^gemini-[12]\./.test(model.upstreamModel) ? 258 : 1120);
    case 'anthropic':
    case 'openai':
      return (pages ?? Infinity) * (imageBound(model, null, undefined) + 3000);
    default:
      return Infinity;
  }
}
