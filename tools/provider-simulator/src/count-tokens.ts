/** The simulator's tokenizer: a token is four UTF-8 bytes, the last one may be shorter. */
export const BYTES_PER_TOKEN = 4;
const TOKENS_OVERHEAD_PER_REQUEST = 3;
const TOKENS_OVERHEAD_PER_MESSAGE = 4;
const TOKENS_PER_IMAGE = 258;
const TOKENS_PER_DOCUMENT_50_KB = 258;
const BYTES_PER_AUDIO_TOKEN = 1000;

export interface Attachment {
  kind: 'image' | 'document' | 'audio';
  mediaType: string;
  /** Decoded size; undefined when the part names a URL or a file instead of carrying data. */
  bytes: number | undefined;
}

export function tokensOfBytes(bytes: number): number {
  return Math.ceil(bytes / BYTES_PER_TOKEN);
}

export function countTokens(text: string): number {
  return tokensOfBytes(Buffer.byteLength(text));
}

export function audioTokens(attachment: Attachment): number {
  return attachment.kind === 'audio' ? Math.ceil((attachment.bytes ?? 0) / BYTES_PER_AUDIO_TOKEN) : 0;
}

function attachmentTokens(attachment: Attachment): number {
  switch (attachment.kind) {
    case 'image':
      return TOKENS_PER_IMAGE;
    case 'document':
      return TOKENS_PER_DOCUMENT_50_KB * Math.max(1, Math.ceil((attachment.bytes ?? 0) / 50_000));
    case 'audio':
      return audioTokens(attachment);
  }
}

/**
 * Tokens of a prompt: 3 + for each message (4 + its text) + each tool and schema as JSON + attachments.
 * What counts as text of a message: its texts, the names and arguments of its tool calls, its tool results.
 */
export class PromptTokens {
  total = TOKENS_OVERHEAD_PER_REQUEST;
  audio = 0;

  message(text: string): void {
    this.total += TOKENS_OVERHEAD_PER_MESSAGE + countTokens(text);
  }

  json(value: unknown): void {
    this.total += countTokens(JSON.stringify(value));
  }

  attachment(attachment: Attachment): void {
    this.total += attachmentTokens(attachment);
    this.audio += audioTokens(attachment);
  }
}
