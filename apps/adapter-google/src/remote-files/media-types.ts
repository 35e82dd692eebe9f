import type { FileKind } from './remote-file.js';

/** What Gemini takes: https://ai.google.dev/gemini-api/docs/image-understanding, …/video-understanding, …/audio, …/document-processing */
const images = ['image/png', 'image/jpeg', 'image/webp', 'image/heic', 'image/heif'];
const videos = (
  'video/mp4 video/mpeg video/mov video/quicktime video/avi video/x-msvideo video/x-flv video/mpg video/webm ' +
  'video/wmv video/x-ms-wmv video/3gpp'
).split(' ');
const audio = (
  'audio/wav audio/x-wav audio/wave audio/mp3 audio/mpeg audio/aiff audio/x-aiff audio/aac audio/ogg audio/flac ' +
  'audio/x-flac audio/m4a audio/x-m4a audio/mp4'
).split(' ');
const documents = ['application/pdf', 'text/plain', 'text/csv', 'text/markdown'];

const allowed: Record<FileKind, readonly string[]> = {
  image: images,
  video: videos,
  any: [...images, ...videos, ...audio, ...documents],
};

const untold = ['', 'application/octet-stream', 'binary/octet-stream'];

/**
 * The type of a fetched file: what the server says, or what its first bytes say where the server does not know.
 * @param contentType the header, absent as undefined
 * @returns undefined for a type that is not taken
 */
export function mediaTypeOf(
  contentType: string | undefined,
  bytes: Buffer,
  kind: FileKind,
): string | undefined {
  const told = (contentType ?? '').split(';')[0]!.trim().toLowerCase();
  const type = untold.includes(told) ? byFirstBytes(bytes) : told === 'image/jpg' ? 'image/jpeg' : told;
  return type !== undefined && allowed[kind].includes(type) ? type : undefined;
}

function byFirstBytes(bytes: Buffer): string | undefined {
  const start = bytes.subarray(0, 12).toString('latin1');
  if (start.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (start.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (start.startsWith('RIFF') && start.endsWith('WEBP')) return 'image/webp';
  if (start.startsWith('RIFF') && start.endsWith('WAVE')) return 'audio/wav';
  if (start.startsWith('%PDF-')) return 'application/pdf';
  return /^....ftyp(isom|mp4|avc)/s.test(start) ? 'video/mp4' : undefined;
}
