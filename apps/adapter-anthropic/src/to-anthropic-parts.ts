import { Fault } from '@tokenroute/faults';
import type { ChatContent, ChatPart } from '@tokenroute/openai-wire';
import type { CacheControl, DocumentBlock, ImageBlock, MediaBlock, TextBlock } from './anthropic-wire.js';

/** https://platform.claude.com/docs/en/build-with-claude/vision#faq */
const imageTypes = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'];

type PartOf<Type extends ChatPart['type']> = Extract<ChatPart, { type: Type }>;

/**
 * Content of a user or tool message. Blank texts, which Anthropic refuses, are left out.
 * @param path of the message, e.g. `messages[2]`
 * @throws Fault invalid-request naming a part Anthropic cannot take
 */
export function toAnthropicParts(content: ChatContent, path: string): MediaBlock[] {
  if (typeof content === 'string') return toTextBlocks(content, null);
  return content.flatMap((part, index) => toBlocks(part, `${path}.content[${index}]`));
}

/** Content of a system or assistant message: text alone. */
export function toAnthropicTexts(content: ChatContent, path: string): TextBlock[] {
  if (typeof content === 'string') return toTextBlocks(content, null);
  return content.flatMap((part, index) => {
    if (part.type === 'text') return toTextBlocks(part.text, part.cache_control);
    if (part.type === 'refusal') return toTextBlocks(part.refusal, null);
    throw refused(
      `${path}.content[${index}]`,
      `Anthropic takes ${part.type} parts in user and tool messages only`,
    );
  });
}

/** The mark that a prompt cache ends here, as a member to spread into a block. */
export function toCacheControl(value: unknown): { cache_control?: CacheControl } {
  if (typeof value !== 'object' || value === null || !('type' in value)) return {};
  const { type, ttl } = value as { type: string; ttl?: string | null };
  return { cache_control: { type, ...(ttl && { ttl }) } };
}

function toTextBlocks(text: string, cacheControl: unknown): TextBlock[] {
  return text.trim() === '' ? [] : [{ type: 'text', text, ...toCacheControl(cacheControl) }];
}

function toBlocks(part: ChatPart, path: string): MediaBlock[] {
  switch (part.type) {
    case 'text':
      return toTextBlocks(part.text, part.cache_control);
    case 'refusal':
      return toTextBlocks(part.refusal, null);
    case 'image_url':
      return [toImage(part, path)];
    case 'file':
      return [toDocument(part, path)];
    case 'input_audio':
      throw refused(path, 'Anthropic models do not take audio');
    case 'video_url':
      throw refused(path, 'Anthropic models do not take video');
    default:
      return part satisfies never;
  }
}

function toImage(part: PartOf<'image_url'>, path: string): ImageBlock | DocumentBlock {
  const { url } = part.image_url;
  const cached = toCacheControl(part.cache_control);
  const where = `${path}.image_url.url`;
  if (isWebAddress(url)) {
    const source = { type: 'url', url } as const;
    // Clients without a part for files send documents this way.
    return /\.pdf($|[?#])/i.test(url)
      ? { type: 'document', source, ...cached }
      : { type: 'image', source, ...cached };
  }
  const { mediaType, data } = readDataUrl(url, where);
  return mediaType === 'application/pdf'
    ? { type: 'document', source: toPdf(data), ...cached }
    : { type: 'image', source: toImageSource(mediaType, data, where), ...cached };
}

function toDocument(part: PartOf<'file'>, path: string): ImageBlock | DocumentBlock {
  const { file_data: fileData, filename } = part.file;
  if (!fileData) {
    throw refused(path, 'Anthropic models take files as file_data: a data URL or an http(s) address');
  }
  const common = { ...(filename && { title: filename }), ...toCacheControl(part.cache_control) };
  if (isWebAddress(fileData)) {
    return { type: 'document', source: { type: 'url', url: fileData }, ...common };
  }
  const where = `${path}.file.file_data`;
  // Plain base64 is what some clients send for a PDF.
  if (!fileData.startsWith('data:') && /\.pdf$/i.test(filename ?? '')) {
    return { type: 'document', source: toPdf(fileData), ...common };
  }
  const { mediaType, data } = readDataUrl(fileData, where);
  if (mediaType === 'application/pdf') return { type: 'document', source: toPdf(data), ...common };
  if (mediaType.startsWith('text/')) {
    const text = Buffer.from(data, 'base64').toString('utf8');
    return { type: 'document', source: { type: 'text', media_type: 'text/plain', data: text }, ...common };
  }
  const source = toImageSource(mediaType, data, where);
  return { type: 'image', source, ...toCacheControl(part.cache_control) };
}

function toPdf(data: string): Extract<DocumentBlock['source'], { type: 'base64' }> {
  return { type: 'base64', media_type: 'application/pdf', data };
}

function toImageSource(mediaType: string, data: string, path: string): ImageBlock['source'] {
  const known = mediaType === 'image/jpg' ? 'image/jpeg' : mediaType;
  if (!imageTypes.includes(known)) {
    throw refused(path, `Anthropic models do not take ${mediaType || 'this kind of data'}`);
  }
  return { type: 'base64', media_type: known, data };
}

function isWebAddress(url: string): boolean {
  return /^https?:\/\//i.test(url);
}

function readDataUrl(url: string, path: string): { mediaType: string; data: string } {
  const comma = url.indexOf(',');
  // The header alone is matched: the data may be megabytes.
  const header = /^data:([^;,]*)(?:;[^;,]*)*?;base64$/i.exec(url.slice(0, Math.max(comma, 0)));
  if (!header) throw refused(path, 'must be an http(s) address or a base64 data URL');
  return { mediaType: header[1]!.toLowerCase(), data: url.slice(comma + 1) };
}

function refused(path: string, because: string): Fault {
  return new Fault('invalid-request', `${path}: ${because}.`, { param: path });
}
