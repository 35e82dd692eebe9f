import type { ReasoningDetail } from '@tokenroute/openai-wire';

/** Whose reasoning details these are: the name that OpenRouter gives Gemini's. */
export const googleFormat = 'google-gemini-v1';

/**
 * Signatures that do not stand on a call, as `reasoning_details` (rule 35): opaque to the client, to be handed back.
 * Those on a call travel with it, in Google's own `extra_content.google.thought_signature`.
 */
export function toReasoningDetails(signatures: readonly string[]): ReasoningDetail[] {
  return signatures.map((data, index) => ({
    type: 'reasoning.encrypted',
    data,
    format: googleFormat,
    index,
  }));
}

/** What came back of them; other providers' details are left out. */
export function fromReasoningDetails(details: readonly ReasoningDetail[] | null | undefined): string[] {
  return (details ?? []).flatMap(({ type, format, data }) =>
    type === 'reasoning.encrypted' && format === googleFormat && data ? [data] : [],
  );
}
