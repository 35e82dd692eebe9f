import { fromAnthropicStreamUsage, fromAnthropicUsage } from './from-anthropic-usage.js';

describe('fromAnthropicUsage', () => {
  test('input is what was read, from the cache or not, and what was written to it (rule 21)', () => {
    expect(
      fromAnthropicUsage({
        input_tokens: 10,
        cache_read_input_tokens: 100,
        cache_creation_input_tokens: 30,
        cache_creation: { ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 10 },
        output_tokens: 7,
        output_tokens_details: { thinking_tokens: 3 },
      }),
    ).toEqual({
      inputTokens: 140,
      cachedInputTokens: 100,
      cacheWrite5mTokens: 20,
      cacheWrite1hTokens: 10,
      audioInputTokens: 0,
      outputTokens: 7,
      reasoningTokens: 3,
      estimated: false,
    });
  });

  test.each([
    [{ cache_creation_input_tokens: 30 }, { cacheWrite5mTokens: 30, cacheWrite1hTokens: 0 }],
    [
      { cache_creation_input_tokens: 30, cache_creation: { ephemeral_1h_input_tokens: 10 } },
      { cacheWrite5mTokens: 20, cacheWrite1hTokens: 10 },
    ],
    [
      { cache_creation: { ephemeral_5m_input_tokens: 20, ephemeral_1h_input_tokens: 10 } },
      { cacheWrite5mTokens: 20, cacheWrite1hTokens: 10 },
    ],
    [
      { cache_creation: null, cache_read_input_tokens: null },
      { cacheWrite5mTokens: 0, cachedInputTokens: 0 },
    ],
  ])('cache writes not broken down live five minutes: %j (rule 21)', (members, expected) => {
    const usage = fromAnthropicUsage({ input_tokens: 1, output_tokens: 1, ...members })!;
    expect(usage).toMatchObject(expected);
    const { inputTokens, cachedInputTokens, cacheWrite5mTokens, cacheWrite1hTokens } = usage;
    expect(inputTokens).toBe(1 + cachedInputTokens + cacheWrite5mTokens + cacheWrite1hTokens);
  });

  test.each([
    undefined,
    null,
    {},
    { input_tokens: 3 },
    { output_tokens: 3 },
    { input_tokens: -1, output_tokens: 1 },
  ])('%j is none, not zero', (usage) => {
    expect(fromAnthropicUsage(usage)).toBeNull();
  });
});

describe('fromAnthropicStreamUsage', () => {
  const atStart = {
    input_tokens: 10,
    cache_creation_input_tokens: 8,
    cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 8 },
    output_tokens: 4,
  };

  test('the end sets what the start counted and does not add to it (rule 22)', () => {
    expect(fromAnthropicStreamUsage(atStart, { output_tokens: 9 })).toMatchObject({
      inputTokens: 18,
      cacheWrite1hTokens: 8,
      outputTokens: 9,
    });
    expect(fromAnthropicStreamUsage(atStart, { input_tokens: 12, output_tokens: 9 })).toMatchObject({
      inputTokens: 20,
    });
    expect(fromAnthropicStreamUsage(atStart, { input_tokens: null, output_tokens: 9 })).toMatchObject({
      inputTokens: 18,
    });
  });

  test('without a count at the end the output was never counted', () => {
    expect(fromAnthropicStreamUsage(atStart, undefined)).toBeNull();
    expect(fromAnthropicStreamUsage(undefined, { output_tokens: 9 })).toBeNull();
  });
});
