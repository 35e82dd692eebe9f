import type { Usage } from '@tokenroute/contracts';

/** Roughly four bytes of English to a token: only for answers whose provider reported no usage. */
const bytesPerToken = 4;

/** UTF-8 bytes a model wrote in a plain answer: text, refusal, thinking and tool arguments, without the JSON around. */
export function generatedBytesOf(completion: Buffer): number {
  const { choices } = JSON.parse(completion.toString('utf8')) as {
    choices?: { message?: AnswerMessage | null }[];
  };
  let bytes = 0;
  for (const { message } of choices ?? []) {
    const calls = message?.tool_calls ?? [];
    const written = [message?.content, message?.refusal, message?.reasoning_content];
    for (const text of [...written, ...calls.map((call) => call.function?.arguments)]) {
      if (typeof text === 'string') bytes += Buffer.byteLength(text);
    }
  }
  return bytes;
}

interface AnswerMessage {
  content?: unknown;
  refusal?: unknown;
  reasoning_content?: unknown;
  tool_calls?: { function?: { arguments?: unknown } }[] | null;
}

/** A usage counted by us, marked as such. Billing never charges one above its hold. */
export function estimateUsage(requestBytes: number, generatedBytes: number): Usage {
  return {
    inputTokens: Math.ceil(requestBytes / bytesPerToken),
    cachedInputTokens: 0,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
    audioInputTokens: 0,
    outputTokens: Math.ceil(generatedBytes / bytesPerToken),
    reasoningTokens: 0,
    estimated: true,
  };
}
