import { asText, isObject, type Json, type Refusal } from '../ask.js';
import type { Attachment } from '../count-tokens.js';

/** How a provider of this dialect words what it turns down. */
export type Refuse = (message: string, param: string, found?: unknown) => Refusal;

export interface Content {
  text: string;
  attachments: Attachment[];
}

export function base64Bytes(data: string): number {
  return Math.floor((data.replace(/=+$/, '').length * 3) / 4);
}

/** A data URL says its type and size; any other URL is a reference. */
export function fromUrl(kind: Attachment['kind'], url: string): Attachment {
  const match = /^data:([^;,]*)(?:;[^,]*)?,/.exec(url.slice(0, 256));
  if (!match) return { kind, mediaType: url.length > 60 ? `${url.slice(0, 60)}…` : url, bytes: undefined };
  return { kind, mediaType: match[1] ?? '', bytes: base64Bytes(url.slice(match[0].length)) };
}

/** Content as text or as parts of the given types. */
export function readContent(
  content: unknown,
  partTypes: readonly string[],
  at: string,
  refuse: Refuse,
): Content {
  if (typeof content === 'string') return { text: content, attachments: [] };
  if (content === null || content === undefined) return { text: '', attachments: [] };
  if (!Array.isArray(content))
    throw refuse(`Invalid type for '${at}': expected a string or an array.`, at, content);
  const result: Content = { text: '', attachments: [] };
  content.forEach((part, index) => {
    const where = `${at}[${index}]`;
    const given = isObject(part) ? part.type : typeof part;
    if (!isObject(part) || typeof part.type !== 'string' || !partTypes.includes(part.type))
      throw refuse(
        `Invalid value: '${typeof given === 'string' ? given : typeof given}'. Supported values are: ${partTypes.map((type) => `'${type}'`).join(', ')}.`,
        `${where}.type`,
        part,
      );
    const attachment = readPart(part, where, refuse);
    if (typeof attachment === 'string') result.text += attachment;
    else result.attachments.push(attachment);
  });
  return result;
}

function readPart(part: Json, at: string, refuse: Refuse): string | Attachment {
  switch (part.type) {
    case 'image_url':
      return fromUrl('image', urlOf(part.image_url, `${at}.image_url`, refuse));
    case 'document_url':
      return fromUrl('document', urlOf(part.document_url, `${at}.document_url`, refuse));
    case 'input_audio':
      return readAudio(part.input_audio, `${at}.input_audio`, refuse);
    case 'file':
      return readFile(part.file, `${at}.file`, refuse);
    case 'thinking':
      return readThinking(part.thinking);
    case 'refusal':
      return typeof part.refusal === 'string' ? part.refusal : '';
    default:
      if (typeof part.text !== 'string')
        throw refuse(`Missing required parameter: '${at}.text'.`, `${at}.text`);
      return part.text;
  }
}

function urlOf(value: unknown, at: string, refuse: Refuse): string {
  const url = isObject(value) ? value.url : value;
  if (typeof url !== 'string' || url === '')
    throw refuse(`Missing required parameter: '${at}.url'.`, `${at}.url`);
  return url;
}

function readAudio(value: unknown, at: string, refuse: Refuse): Attachment {
  if (typeof value === 'string')
    return fromUrl('audio', value.includes(':') ? value : `data:audio/mpeg;base64,${value}`);
  if (!isObject(value) || typeof value.data !== 'string' || !['wav', 'mp3'].includes(asText(value.format)))
    throw refuse(`Invalid '${at}': expected base64 data and the format 'wav' or 'mp3'.`, at, value);
  return { kind: 'audio', mediaType: `audio/${asText(value.format)}`, bytes: base64Bytes(value.data) };
}

function readFile(value: unknown, at: string, refuse: Refuse): Attachment {
  if (isObject(value) && typeof value.file_data === 'string') return fromUrl('document', value.file_data);
  if (isObject(value) && typeof value.file_id === 'string')
    return { kind: 'document', mediaType: value.file_id, bytes: undefined };
  throw refuse(`Missing required parameter: '${at}.file_data'.`, at, value);
}

function readThinking(value: unknown): string {
  return Array.isArray(value)
    ? value.map((chunk) => (isObject(chunk) ? asText(chunk.text ?? '') : '')).join('')
    : '';
}
