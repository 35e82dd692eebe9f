import type { Usage } from '@tokenroute/contracts';
import { type GoogleUsage, usageSchema } from './google-wire.js';

/**
 * The usage billing trusts (rule 38). Gemini's `promptTokenCount` includes what was cached, not what its own tools read;
 * `candidatesTokenCount` leaves the thoughts out. Cached sound is billed as cached, so it is not counted as sound again.
 * @param usage the `usageMetadata` member as parsed
 * @returns null when there is none (null is not zero)
 */
export function fromGoogleUsage(usage: unknown): Usage | null {
  const read = usageSchema.safeParse(usage);
  if (!read.success || typeof read.data.promptTokenCount !== 'number') return null;
  const { data } = read;
  const inputTokens = read.data.promptTokenCount + (data.toolUsePromptTokenCount ?? 0);
  const cachedInputTokens = Math.min(data.cachedContentTokenCount ?? 0, inputTokens);
  const reasoningTokens = data.thoughtsTokenCount ?? 0;
  return {
    inputTokens,
    cachedInputTokens,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
    audioInputTokens: Math.min(uncachedAudio(data), inputTokens - cachedInputTokens),
    outputTokens: (data.candidatesTokenCount ?? 0) + reasoningTokens,
    reasoningTokens,
    estimated: false,
  };
}

function uncachedAudio(usage: GoogleUsage): number {
  const read = audio(usage.promptTokensDetails) + audio(usage.toolUsePromptTokensDetails);
  return Math.max(0, read - audio(usage.cacheTokensDetails));
}

function audio(details: GoogleUsage['promptTokensDetails']): number {
  return (details ?? [])
    .filter(({ modality }) => modality === 'AUDIO')
    .reduce((sum, { tokenCount }) => sum + (tokenCount ?? 0), 0);
}
