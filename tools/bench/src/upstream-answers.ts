import { plainVariants, type ServedUsage, usageOfStream, usageOfVariant } from './usage-variants.js';

const upstreamModel = 'gpt-4o-mini-2024-07-18';
const prose =
  'The ledger keeps every movement as a transaction whose entries sum to zero, and a balance is what they come to. ';

/** Complete HTTP answers, headers included: a chat completion of about a kilobyte in each variant of its usage. */
export function plainAnswers(): Buffer[] {
  return Array.from({ length: plainVariants }, (_, variant) => {
    const body = JSON.stringify({
      id: `chatcmpl-bench-${variant}`,
      object: 'chat.completion',
      created: 1_760_000_000,
      model: upstreamModel,
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: prose.repeat(5), refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
      usage: toOpenAiUsage(usageOfVariant(variant)),
      system_fingerprint: 'fp_bench',
    });
    const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
    return Buffer.from(head + body);
  });
}

/** A request with this in it gets the refusal. */
export const refuseMarker = 'bench-refuse-this';

/** A 400 in OpenAI's words. */
export const refusal = refusalAnswer();

export const streamHead = Buffer.from(
  'HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n',
);

/** One content chunk as an SSE event in a transfer-encoding chunk of its own. */
export const streamChunk = contentChunk(' balance');

/** The same with content of so many bytes. */
export function largeChunk(bytes: number): Buffer {
  return contentChunk('a'.repeat(bytes));
}

/** The finish event, the usage, `[DONE]` and the end of the HTTP answer. */
export function streamEnd(chunks: number): Buffer {
  const finish = sseEvent({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage: null });
  const usage = sseEvent({ choices: [], usage: toOpenAiUsage(usageOfStream(chunks)) });
  return Buffer.concat([httpChunk(`${finish}${usage}data: [DONE]\n\n`), Buffer.from('0\r\n\r\n')]);
}

/** SSE events that a client of a complete stream sees: the content, the finish, the usage and `[DONE]`. */
export function eventsOfStream(chunks: number): number {
  return chunks + 3;
}

function contentChunk(content: string): Buffer {
  return httpChunk(
    sseEvent({ choices: [{ index: 0, delta: { content }, finish_reason: null }], usage: null }),
  );
}

function sseEvent(members: object): string {
  const chunk = {
    id: 'chatcmpl-bench',
    object: 'chat.completion.chunk',
    created: 1_760_000_000,
    model: upstreamModel,
    system_fingerprint: 'fp_bench',
    ...members,
  };
  return `data: ${JSON.stringify(chunk)}\n\n`;
}

function refusalAnswer(): Buffer {
  const body = JSON.stringify({
    error: { message: 'This is refused.', type: 'invalid_request_error', param: null, code: null },
  });
  const head = `HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n`;
  return Buffer.from(head + body);
}

function httpChunk(text: string): Buffer {
  return Buffer.from(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`);
}

function toOpenAiUsage({ promptTokens, cachedTokens, completionTokens }: ServedUsage) {
  return {
    prompt_tokens: promptTokens,
    completion_tokens: completionTokens,
    total_tokens: promptTokens + completionTokens,
    prompt_tokens_details: { cached_tokens: cachedTokens, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: 0 },
  };
}
