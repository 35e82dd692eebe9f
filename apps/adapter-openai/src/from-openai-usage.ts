import type { Usage } from '@tokenroute/contracts';
import { usageSchema } from './openai-wire.js';

/**
 * The usage billing trusts. OpenAI's `prompt_tokens` includes the cached and the audio part, `completion_tokens` the
 * reasoning; it bills no cache writes.
 * @param usage the `usage` member as parsed
 * @returns null when the provider told none (null is not zero)
 */
export function fromOpenAiUsage(usage: unknown): Usage | null {
  const read = usageSchema.safeParse(usage);
  if (!read.success || typeof read.data.prompt_tokens !== 'number') return null;
  const { data } = read;
  return {
    inputTokens: data.prompt_tokens ?? 0,
    cachedInputTokens: data.prompt_tokens_details?.cached_tokens ?? 0,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
    audioInputTokens: data.prompt_tokens_details?.audio_tokens ?? 0,
    outputTokens: data.completion_tokens ?? 0,
    reasoningTokens: data.completion_tokens_details?.reasoning_tokens ?? 0,
    estimated: false,
  };
}
