import type { Usage } from '@tokenroute/contracts';
import { toUsageMember } from '@tokenroute/openai-wire';
import { usageSchema } from './deepseek-wire.js';

/**
 * The usage billing trusts. `prompt_tokens` = cache hits + misses: a hit is the cached part, a miss is ordinary input
 * and not a cache write. `completion_tokens` includes the thinking. https://api-docs.deepseek.com/guides/kv_cache
 * @param usage the `usage` member as parsed
 * @returns null when the provider told none (null is not zero)
 */
export function fromDeepSeekUsage(usage: unknown): Usage | null {
  // Most chunks of a stream have none: to find that out by an error would cost more than the chunk.
  if (usage === undefined || usage === null) return null;
  const read = usageSchema.safeParse(usage);
  if (!read.success) return null;
  const { data } = read;
  return {
    inputTokens: data.prompt_tokens,
    cachedInputTokens: data.prompt_cache_hit_tokens ?? data.prompt_tokens_details?.cached_tokens ?? 0,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
    audioInputTokens: 0,
    outputTokens: data.completion_tokens ?? 0,
    reasoningTokens: data.completion_tokens_details?.reasoning_tokens ?? 0,
    estimated: false,
  };
}

/** The client's `usage` member: what OpenAI has a name for is what is billed, DeepSeek's own members stay. */
export function toClientUsage(usage: Usage, native: unknown): Record<string, unknown> {
  return { ...(native as Record<string, unknown>), ...toUsageMember(usage) };
}
