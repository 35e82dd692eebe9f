import type { Usage } from '@tokenroute/contracts';

/**
 * The usage billing trusts. OpenAI's `prompt_tokens` includes the cached and the audio part, `completion_tokens` the
 * reasoning; it bills no cache writes.
 * @param usage the `usage` member as parsed
 * @returns null when the provider told none (null is not zero)
 */
export function fromOpenAiUsage(usage: unknown): Usage | null {
  if (
    typeof usage !== 'object' ||
    usage === null ||
    typeof (usage as Members)['prompt_tokens'] !== 'number'
  ) {
    return null;
  }
  const {
    prompt_tokens: prompt,
    completion_tokens: completion,
    prompt_tokens_details: input,
    completion_tokens_details: output,
  } = usage as Members;
  const inputTokens = tokens(prompt);
  const outputTokens = tokens(completion);
  const cachedInputTokens = detail(input, 'cached_tokens');
  const audioInputTokens = detail(input, 'audio_tokens');
  const reasoningTokens = detail(output, 'reasoning_tokens');
  if (
    inputTokens === null ||
    outputTokens === null ||
    cachedInputTokens === null ||
    audioInputTokens === null ||
    reasoningTokens === null
  ) {
    return null;
  }
  return {
    inputTokens,
    cachedInputTokens,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
    audioInputTokens,
    outputTokens,
    reasoningTokens,
    estimated: false,
  };
}

type Members = Record<string, unknown>;

/** Null: not a count. */
function tokens(value: unknown): number | null {
  if (value === undefined || value === null) return 0;
  return Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : null;
}

function detail(details: unknown, member: string): number | null {
  if (details === undefined || details === null) return 0;
  return typeof details === 'object' && !Array.isArray(details) ? tokens((details as Members)[member]) : null;
}
