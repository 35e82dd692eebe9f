import type { Usage } from '@tokenroute/contracts';
import { usageSchema } from './anthropic-wire.js';

/**
 * The usage billing trusts. Anthropic's `input_tokens` leaves out what was read from and written to the cache, so the
 * three add up to the input; `output_tokens` includes thinking. Cache writes that are not broken down live 5 minutes.
 * https://platform.claude.com/docs/en/build-with-claude/prompt-caching#tracking-cache-performance
 * @param usage the `usage` member as parsed
 * @returns null when the provider told none (null is not zero)
 */
export function fromAnthropicUsage(usage: unknown): Usage | null {
  const read = usageSchema.safeParse(usage);
  if (!read.success) return null;
  const { data } = read;
  if (typeof data.input_tokens !== 'number' || typeof data.output_tokens !== 'number') return null;
  const cached = data.cache_read_input_tokens ?? 0;
  const written1h = data.cache_creation?.ephemeral_1h_input_tokens ?? 0;
  const written5m = data.cache_creation?.ephemeral_5m_input_tokens ?? 0;
  const written = Math.max(data.cache_creation_input_tokens ?? 0, written5m + written1h);
  return {
    inputTokens: data.input_tokens + cached + written,
    cachedInputTokens: cached,
    cacheWrite5mTokens: written - written1h,
    cacheWrite1hTokens: written1h,
    audioInputTokens: 0,
    outputTokens: data.output_tokens,
    reasoningTokens: data.output_tokens_details?.thinking_tokens ?? 0,
    estimated: false,
  };
}

/**
 * The counts of a stream: those at the end are cumulative and replace those at the start (they are set, not added).
 * @param atEnd nothing told at the end means the output was never counted
 */
export function fromAnthropicStreamUsage(atStart: unknown, atEnd: unknown): Usage | null {
  if (!isObject(atEnd)) return null;
  const told = Object.entries(atEnd).filter(([, value]) => value !== null);
  return fromAnthropicUsage({ ...(isObject(atStart) && atStart), ...Object.fromEntries(told) });
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
