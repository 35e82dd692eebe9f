import type { KeyLimits, WindowUse } from './sliding-window.js';

type Limited = 'requests' | 'tokens';

const headerNames = (what: Limited) => ({
  limit: `x-ratelimit-limit-${what}`,
  remaining: `x-ratelimit-remaining-${what}`,
  reset: `x-ratelimit-reset-${what}`,
});

/** By what is limited in a minute. */
export const rateLimitHeaderNames = { requests: headerNames('requests'), tokens: headerNames('tokens') };

/** What OpenAI's clients read, https://platform.openai.com/docs/guides/rate-limits#rate-limits-in-headers. */
export function rateLimitHeaders(limits: KeyLimits, use: WindowUse): Record<string, string> {
  return {
    ...headersOf('requests', limits.requests, use.requests, use.requestsResetMs),
    ...headersOf('tokens', limits.tokens, use.tokens, use.tokensResetMs),
  };
}

function headersOf(
  what: Limited,
  limit: number | null,
  used: number,
  resetMs: number,
): Record<string, string> {
  if (limit === null) return {};
  const names = rateLimitHeaderNames[what];
  return {
    [names.limit]: String(limit),
    [names.remaining]: String(Math.max(0, limit - used)),
    [names.reset]: formatDuration(resetMs),
  };
}

/** "17ms", "1.25s", "6m0s": as Go writes durations. */
export function formatDuration(durationMs: number): string {
  const wholeMs = Math.ceil(durationMs);
  if (wholeMs <= 0) return '0s';
  if (wholeMs < 1_000) return `${wholeMs}ms`;
  const minutes = Math.floor(wholeMs / 60_000);
  const seconds = (wholeMs % 60_000) / 1_000;
  return minutes === 0 ? `${seconds}s` : `${minutes}m${seconds}s`;
}
