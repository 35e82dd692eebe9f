import { Fault } from '@tokenroute/faults';
import type { ChatConversation, ChatPart } from '@tokenroute/openai-wire';
import type { GoogleBlob, GoogleMediaPart } from './google-request.js';
import type { FetchedFiles, FileKind, RemoteFile } from './remote-files/remote-file.js';

type MediaPart = Extract<ChatPart, { type: 'image_url' | 'input_audio' | 'video_url' | 'file' }>;

type Source =
  | { kind: 'ready'; part: GoogleMediaPart }
  /** Gemini does not fetch it: the adapter has to. */
  | { kind: 'remote'; url: string; fileKind: FileKind };

/** Media types by the end of a file's name, for file parts whose data does not say. */
const typesByEnding: Record<string, string> = {
  pdf: 'application/pdf',
  txt: 'text/plain',
  md: 'text/markdown',
  csv: 'text/csv',
  html: 'text/html',
  xml: 'text/xml',
  json: 'application/json',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  heic: 'image/heic',
  heif: 'image/heif',
  gif: 'image/gif',
  wav: 'audio/wav',
  mp3: 'audio/mp3',
  aiff: 'audio/aiff',
  aac: 'audio/aac',
  ogg: 'audio/ogg',
  flac: 'audio/flac',
  m4a: 'audio/m4a',
  mp4: 'video/mp4',
  mpeg: 'video/mpeg',
  mpg: 'video/mpg',
  mov: 'video/mov',
  avi: 'video/avi',
  flv: 'video/x-flv',
  webm: 'video/webm',
  wmv: 'video/wmv',
  '3gp': 'video/3gpp',
};

/** Names others give to what Gemini lists under another one; https://ai.google.dev/gemini-api/docs/image-understanding */
const sameType: Record<string, string> = {
  'image/jpg': 'image/jpeg',
  'application/x-pdf': 'application/pdf',
};

const filesApi = 'https://generativelanguage.googleapis.com/v1beta/';

export function isMediaPart(part: ChatPart): part is MediaPart {
  return part.type !== 'text' && part.type !== 'refusal';
}

/** The files of a conversation that have to be fetched before it can be sent (rule 40). */
export function remoteFiles(conversation: Pick<ChatConversation, 'messages'>): RemoteFile[] {
  const files: RemoteFile[] = [];
  for (const [at, { content }] of conversation.messages.entries()) {
    if (!Array.isArray(content)) continue;
    for (const [number, part] of content.entries()) {
      if (!isMediaPart(part)) continue;
      const param = `messages[${at}].content[${number}]`;
      const source = readSource(part, param);
      if (source.kind === 'remote') files.push({ param, url: source.url, kind: source.fileKind });
    }
  }
  return files;
}

/**
 * An image, sound, film or document as Gemini takes it (rule 40).
 * @param param e.g. `messages[2].content[1]`, under which a remote file was fetched
 * @throws Fault invalid-request naming the part
 */
export function toGoogleMedia(part: MediaPart, param: string, files: FetchedFiles): GoogleMediaPart {
  const source = readSource(part, param);
  if (source.kind === 'ready') return source.part;
  const file = files.get(param);
  if (file === undefined) throw refusal(param, 'has a file that was not fetched');
  return { inlineData: { mimeType: file.mimeType, data: file.data } };
}

function readSource(part: MediaPart, param: string): Source {
  switch (part.type) {
    case 'image_url':
      return fromUrl(part.image_url.url, 'image', `${param}.image_url.url`);
    case 'video_url':
      return fromUrl(part.video_url.url, 'video', `${param}.video_url.url`);
    case 'input_audio':
      return fromAudio(part.input_audio);
    case 'file':
      return fromFile(part.file, `${param}.file`);
  }
}

function fromUrl(url: string, fileKind: FileKind, param: string): Source {
  if (/^data:/i.test(url)) return inline(readDataUrl(url, param));
  if (isGoogleUri(url)) return { kind: 'ready', part: { fileData: { fileUri: url } } };
  if (/^https?:/i.test(url)) return { kind: 'remote', url, fileKind };
  throw refusal(param, 'is neither a data: nor an http(s) URL');
}

function fromAudio({ data, format }: { data: string; format: string }): Source {
  return inline({ mimeType: `audio/${format.toLowerCase()}`, data: data.replace(/^data:[^,]*,/, '') });
}

function fromFile(
  file: { file_data?: string | null; file_id?: string | null; filename?: string | null },
  param: string,
): Source {
  if (file.file_id) return fromFileId(file.file_id, `${param}.file_id`);
  const data = file.file_data ?? '';
  if (data === '') throw refusal(param, 'has neither file_data nor file_id');
  const namedType = typeByName(file.filename);
  if (/^(data|https?|gs):/i.test(data)) {
    const source = fromUrl(data, 'any', `${param}.file_data`);
    return source.kind === 'ready' ? typed(source, namedType) : source;
  }
  if (namedType === undefined) throw refusal(param, 'does not say what type of file it is');
  return inline({ mimeType: namedType, data });
}

/** Files that were given to Google's own Files API; others' ids mean nothing to it. */
function fromFileId(id: string, param: string): Source {
  const fileUri = id.startsWith('files/') ? filesApi + id : id;
  if (!isGoogleUri(fileUri)) throw refusal(param, 'is not the URI of a file that Google has');
  return { kind: 'ready', part: { fileData: { fileUri } } };
}

/** A data URL of no particular type is of the type that the file's name says. */
function typed(source: Extract<Source, { kind: 'ready' }>, namedType: string | undefined): Source {
  const { part } = source;
  if (!('inlineData' in part) || namedType === undefined) return source;
  if (part.inlineData.mimeType !== 'application/octet-stream') return source;
  return inline({ ...part.inlineData, mimeType: namedType });
}

function typeByName(filename: string | null | undefined): string | undefined {
  const ending = /\.([a-z0-9]+)$/i.exec(filename ?? '')?.[1]?.toLowerCase();
  return ending !== undefined && Object.hasOwn(typesByEnding, ending) ? typesByEnding[ending] : undefined;
}

/** What Gemini reads from its own house: YouTube, the Files API, Cloud Storage. */
function isGoogleUri(text: string): boolean {
  if (text.startsWith('gs://')) return true;
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, pathname } = new URL(text);
  if (protocol !== 'https:') return false;
  if (/^((www|m)\.)?youtube\.com$|^youtu\.be$/.test(hostname)) return true;
  return hostname === 'generativelanguage.googleapis.com' && /^\/v1(beta)?\/files\//.test(pathname);
}

/** https://www.rfc-editor.org/rfc/rfc2397 */
function readDataUrl(url: string, param: string): GoogleBlob {
  const comma = url.indexOf(',');
  if (comma === -1) throw refusal(param, 'is a data: URL without data');
  const [type = '', ...attributes] = url.slice('data:'.length, comma).split(';');
  const written = url.slice(comma + 1);
  if (written === '') throw refusal(param, 'is a data: URL without data');
  const mimeType = type.trim().toLowerCase() || 'text/plain';
  const isBase64 = attributes.some((attribute) => attribute.trim().toLowerCase() === 'base64');
  return { mimeType, data: isBase64 ? written : toBase64(written, param) };
}

function toBase64(text: string, param: string): string {
  try {
    return Buffer.from(decodeURIComponent(text)).toString('base64');
  } catch {
    throw refusal(param, 'is a data: URL that cannot be read');
  }
}

function inline({ mimeType, data }: GoogleBlob): Source {
  return { kind: 'ready', part: { inlineData: { mimeType: sameType[mimeType] ?? mimeType, data } } };
}

function refusal(param: string, what: string): Fault {
  return new Fault('invalid-request', `${param} ${what}.`, { param });
}
