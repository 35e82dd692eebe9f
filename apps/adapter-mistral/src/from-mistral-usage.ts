import type { Usage } from '@tokenroute/contracts';
import { toUsageMember } from '@tokenroute/openai-wire';
import { usageSchema } from './mistral-wire.js';

/**
 * The usage billing trusts. `prompt_tokens` includes the cached part; thinking is part of `completion_tokens` and not
 * told apart; Mistral bills no cache writes.
 * @param usage the `usage` member as parsed
 * @returns null when the provider told none (null is not zero)
 */
export function fromMistralUsage(usage: unknown): Usage | null {
  // Most chunks of a stream have none: to find that out by an error would cost more than the chunk.
  if (usage === undefined || usage === null) return null;
  const read = usageSchema.safeParse(usage);
  if (!read.success) return null;
  const { data } = read;
  return {
    inputTokens: data.prompt_tokens,
    cachedInputTokens: data.prompt_tokens_details?.cached_tokens ?? data.num_cached_tokens ?? 0,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
    audioInputTokens: 0,
    outputTokens: data.completion_tokens ?? 0,
    reasoningTokens: 0,
    estimated: false,
  };
}

/** The client's `usage` member: what OpenAI has a name for is what is billed, Mistral's own members stay. */
export function toClientUsage(usage: Usage, native: unknown): Record<string, unknown> {
  return { ...(native as Record<string, unknown>), ...toUsageMember(usage) };
}
