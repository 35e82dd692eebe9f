import type { Model } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import type { ChatRequest } from '@tokenroute/openai-wire';

/** What a request can use at most; billing prices it. */
export interface Quantities {
  inputTokensBound: number;
  outputTokensLimit: number;
}

/** The dearest image of OpenAI's published rule: 2,833 + 8 tiles × 5,667 on gpt-4o-mini. */
const tokensPerAttachment = 48_169;

/**
 * Upper bounds of what a request will use. A token is at least one byte of its text, and never are there more than the
 * model's window takes; images and files count by a constant instead of their bytes.
 * @throws Fault invalid-request when more output is asked for than the model can give
 */
export function quantitiesOf(request: ChatRequest, bodyBytes: number, model: Model): Quantities {
  const attachments = attachmentsOf(request);
  const textBytes = bodyBytes - attachments.bytes;
  return {
    inputTokensBound: Math.min(textBytes + attachments.count * tokensPerAttachment, model.contextTokens),
    outputTokensLimit: outputLimit(request, model) * (request.n ?? 1),
  };
}

function outputLimit(request: ChatRequest, model: Model): number {
  const param = request.max_completion_tokens != null ? 'max_completion_tokens' : 'max_tokens';
  const asked = request[param] ?? model.maxOutputTokens;
  if (asked > model.maxOutputTokens) {
    const message = `${param}: ${model.id} gives at most ${model.maxOutputTokens} completion tokens.`;
    throw new Fault('invalid-request', message, { param });
  }
  return asked;
}

function attachmentsOf(request: ChatRequest): { count: number; bytes: number } {
  let count = 0;
  let bytes = 0;
  for (const message of request.messages) {
    const { content } = message;
    if (!Array.isArray(content)) continue;
    for (const part of content as unknown[]) {
      const payload = attachmentPayload(part);
      if (payload === null) continue;
      count += 1;
      bytes += payload.length;
    }
  }
  return { count, bytes };
}

/** The URL or base64 data of a part that is not text; null for text. */
function attachmentPayload(part: unknown): string | null {
  if (typeof part !== 'object' || part === null) return null;
  const { image_url: image, input_audio: audio, file } = part as Record<string, unknown>;
  if (image === undefined && audio === undefined && file === undefined) return null;
  if (typeof image === 'string') return image;
  const payload = (image ?? audio ?? file) as Record<string, unknown> | null;
  const text = payload?.['url'] ?? payload?.['data'] ?? payload?.['file_data'];
  return typeof text === 'string' ? text : '';
}
