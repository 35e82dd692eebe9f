import type { Model } from '@tokenroute/contracts';
import type { Attachment } from '../inputs.js';
import { attachmentBound } from './attachment-bound.js';
import { pdfPagesOf } from './pdf-pages.js';

const gemini = { provider: 'google', upstreamModel: 'gemini-2.5-pro' } as Model;
const claude = { provider: 'anthropic', upstreamModel: 'claude-haiku-4-5-20251001' } as Model;
const gpt = { provider: 'openai', upstreamModel: 'gpt-4o-2024-11-20' } as Model;

function bound(kind: Attachment['kind'], payload: string, model: Model): number {
  return attachmentBound({ kind, payload, path: 'messages[0].content[0]' }, undefined, model);
}

function pdf(...objects: string[]): string {
  const text = `%PDF-1.4\n${objects.map((object, index) => `${index} 0 obj\n<< ${object} >>\nendobj\n`).join('')}%%EOF`;
  return `data:application/pdf;base64,${Buffer.from(text).toString('base64')}`;
}

const threePages = pdf('/Type /Pages /Count 3', '/Type /Page', '/Type/Page/Parent 0 0 R', '/Type\n/Page');

describe('attachmentBound', () => {
  test('pages are counted where a PDF shows them', () => {
    expect(pdfPagesOf(threePages)).toBe(3);
    expect(pdfPagesOf(threePages.split(',')[1]!)).toBe(3);
    expect(pdfPagesOf(pdf('/Type /Pages'))).toBeNull();
    expect(pdfPagesOf(pdf('/Type /Page', '/Type /ObjStm'))).toBeNull();
    expect(pdfPagesOf('file-123')).toBeNull();
  });

  test('a PDF counts by page: its image and its text', () => {
    expect(bound('pdf', threePages, gemini)).toBe(3 * 258);
    expect(bound('pdf', threePages, claude)).toBe(3 * (1608 + 3000));
    expect(bound('pdf', threePages, gpt)).toBe(3 * (1445 + 3000));
    expect(bound('image', threePages, claude)).toBe(3 * (1608 + 3000));
  });

  test('a PDF whose pages are hidden counts as the most pages, where there is such a limit', () => {
    const hidden = pdf('/Type /ObjStm');
    expect(bound('pdf', hidden, gemini)).toBe(258_000);
    expect(bound('pdf', hidden, claude)).toBe(Infinity);
    expect(bound('pdf', 'https://example.com/a.pdf', gpt)).toBe(Infinity);
  });

  test('audio counts by the length that its WAV header tells, else by its bytes', () => {
    const wave = Buffer.alloc(44 + 16_000 * 2 * 10);
    wave.write('RIFF');
    wave.write('WAVEfmt ', 8);
    wave.writeUInt16LE(1, 20);
    wave.writeUInt16LE(1, 22);
    wave.writeUInt32LE(16_000, 24);
    wave.writeUInt16LE(2, 32);
    wave.writeUInt16LE(16, 34);
    const seconds = bound('audio', wave.toString('base64'), gemini) / 32;
    expect(seconds).toBeGreaterThanOrEqual(10);
    expect(seconds).toBeLessThan(11);
    const mp3 = Buffer.alloc(8000);
    mp3.write('ID3');
    expect(bound('audio', mp3.toString('base64'), gemini)).toBeGreaterThanOrEqual(8 * 32);
    expect(bound('audio', Buffer.alloc(7500).toString('base64'), gemini)).toBeGreaterThanOrEqual(10 * 32);
  });

  test('video counts by its bytes', () => {
    const video = `data:video/mp4;base64,${Buffer.alloc(80_000).toString('base64')}`;
    expect(bound('video', video, gemini)).toBeGreaterThanOrEqual(10 * 300);
    expect(bound('video', video, gemini)).toBeLessThan(12 * 300);
  });

  test('what only the provider can see, and what has no rule, has no bound', () => {
    expect(bound('video', 'https://example.com/a.mp4', gemini)).toBe(Infinity);
    expect(bound('file', 'file-123', gpt)).toBe(Infinity);
    expect(bound('audio', 'AAAA', gpt)).toBe(Infinity);
  });
});
