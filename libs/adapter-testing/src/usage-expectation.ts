import type { AnswerEnd } from '@tokenroute/adapter-kit';
import type { Usage } from '@tokenroute/contracts';

/** A client's `usage` member that says the same as the usage that is billed. */
export function expectUsageMember(member: Record<string, unknown> | null | undefined, usage: Usage): void {
  const promptDetails = (member?.['prompt_tokens_details'] ?? {}) as Record<string, unknown>;
  const completionDetails = (member?.['completion_tokens_details'] ?? {}) as Record<string, unknown>;
  expect({
    prompt: member?.['prompt_tokens'],
    completion: member?.['completion_tokens'],
    total: member?.['total_tokens'],
    cached: promptDetails['cached_tokens'] ?? 0,
    cacheWrite: promptDetails['cache_write_tokens'] ?? 0,
    audio: promptDetails['audio_tokens'] ?? 0,
    reasoning: completionDetails['reasoning_tokens'] ?? 0,
  }).toEqual({
    prompt: usage.inputTokens,
    completion: usage.outputTokens,
    total: usage.inputTokens + usage.outputTokens,
    cached: usage.cachedInputTokens,
    cacheWrite: usage.cacheWrite5mTokens + usage.cacheWrite1hTokens,
    audio: usage.audioInputTokens,
    reasoning: usage.reasoningTokens,
  });
}

/**
 * `usageMembersAt` is where the gateway writes the cost: it has to stand behind the `{` of the usage object, so that a
 * member written there is one of `usage`.
 */
export function expectRoomForCost({ tail, usageMembersAt }: AnswerEnd['completed']): void {
  expect(usageMembersAt).toBeGreaterThan(0);
  expect(String.fromCharCode(tail[usageMembersAt - 1]!)).toBe('{');
  const text = Buffer.concat([
    tail.subarray(0, usageMembersAt),
    Buffer.from('"cost":"0.25",'),
    tail.subarray(usageMembersAt),
  ]).toString();
  const { usage, ...others } = JSON.parse(text.replace(/^data: /, '')) as {
    usage: Record<string, unknown>;
  };
  expect(usage).toMatchObject({ cost: '0.25', prompt_tokens: expect.any(Number) as number });
  expect(others).not.toHaveProperty('cost');
}
