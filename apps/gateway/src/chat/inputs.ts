import type { Model } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import type { ChatRequest } from '@tokenroute/openai-wire';

/** A part of a message that is not text. */
export interface Attachment {
  kind: 'image' | 'pdf' | 'audio' | 'video' | 'file';
  /** `messages[2].content[1]` */
  path: string;
  /** The URL or base64 data as it stands in the request. */
  payload: string;
}

const kindNames: Record<Attachment['kind'], string> = {
  image: 'images',
  pdf: 'PDF files',
  audio: 'audio',
  video: 'video',
  file: 'files of this type',
};

/** Every part of every message that is not text, in order. */
export function attachmentsOf(request: ChatRequest): Attachment[] {
  const attachments: Attachment[] = [];
  for (const [messageIndex, message] of request.messages.entries()) {
    const content = message['content'];
    if (!Array.isArray(content)) continue;
    for (const [partIndex, part] of (content as unknown[]).entries()) {
      const attachment = attachmentOf(part, `messages[${messageIndex}].content[${partIndex}]`);
      if (attachment) attachments.push(attachment);
    }
  }
  return attachments;
}

/**
 * Refuses what a model cannot take, before anything is held.
 * @throws Fault invalid-request naming the part
 */
export function requireInputs(attachments: Attachment[], model: Model): void {
  for (const { kind, path } of attachments) {
    // A file by its id, or of a type we do not know, is the provider's to judge.
    if (kind === 'file' || model.capabilities.includes(kind)) continue;
    throw new Fault('invalid-request', `${path}: ${model.id} does not take ${kindNames[kind]}.`, {
      param: path,
    });
  }
}

function attachmentOf(part: unknown, path: string): Attachment | null {
  if (typeof part !== 'object' || part === null) return null;
  const {
    type,
    image_url: image,
    input_audio: audio,
    video_url: video,
    file,
  } = part as Record<string, unknown>;
  switch (type) {
    case 'image_url':
      return { kind: 'image', path, payload: typeof image === 'string' ? image : text(image, 'url') };
    case 'input_audio':
      return { kind: 'audio', path, payload: text(audio, 'data') };
    case 'video_url':
      return { kind: 'video', path, payload: text(video, 'url') };
    case 'file': {
      const payload = text(file, 'file_data') || text(file, 'file_id');
      return { kind: fileKind(payload, text(file, 'filename')), path, payload };
    }
    default:
      return null;
  }
}

function fileKind(payload: string, filename: string): Attachment['kind'] {
  const mediaType = /^data:([^;,]*)/.exec(payload)?.[1] ?? '';
  if (mediaType === 'application/pdf' || (!mediaType && /\.pdf$/i.test(filename))) return 'pdf';
  const kind = mediaType.split('/')[0];
  return kind === 'image' || kind === 'audio' || kind === 'video' ? kind : 'file';
}

function text(value: unknown, member: string): string {
  const found =
    typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[member] : undefined;
  return typeof found === 'string' ? found : '';
}
