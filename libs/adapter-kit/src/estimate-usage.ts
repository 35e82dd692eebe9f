import type { Usage } from '@tokenroute/contracts';

/** Roughly four bytes of English to a token: only for answers whose provider reported no usage. */
const bytesPerToken = 4;

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
