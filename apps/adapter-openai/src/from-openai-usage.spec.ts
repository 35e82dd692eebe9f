import { fromOpenAiUsage } from './from-openai-usage.js';

describe('fromOpenAiUsage', () => {
  test('reads every count billing has a price for', () => {
    const usage = {
      prompt_tokens: 20,
      completion_tokens: 9,
      total_tokens: 29,
      prompt_tokens_details: { cached_tokens: 7, audio_tokens: 2, tomorrow: 'x' },
      completion_tokens_details: { reasoning_tokens: 4 },
    };
    expect(fromOpenAiUsage(usage)).toEqual({
      inputTokens: 20,
      cachedInputTokens: 7,
      cacheWrite5mTokens: 0,
      cacheWrite1hTokens: 0,
      audioInputTokens: 2,
      outputTokens: 9,
      reasoningTokens: 4,
      estimated: false,
    });
  });

  test('what is not told of a usage is zero', () => {
    for (const details of [undefined, null, {}]) {
      const usage = { prompt_tokens: 3, prompt_tokens_details: details, completion_tokens_details: details };
      expect(fromOpenAiUsage(usage)).toMatchObject({
        inputTokens: 3,
        outputTokens: 0,
        cachedInputTokens: 0,
        reasoningTokens: 0,
      });
    }
  });

  test.each([undefined, null, 'x', 3, [], {}, { prompt_tokens: null }, { completion_tokens: 3 }])(
    '%j tells no usage, which is not zero',
    (usage) => {
      expect(fromOpenAiUsage(usage)).toBeNull();
    },
  );

  test.each([
    { prompt_tokens: -1 },
    { prompt_tokens: 1.5 },
    { prompt_tokens: 2 ** 60 },
    { prompt_tokens: '3' },
    { prompt_tokens: 3, completion_tokens: -1 },
    { prompt_tokens: 3, completion_tokens: '4' },
    { prompt_tokens: 3, prompt_tokens_details: 4 },
    { prompt_tokens: 3, prompt_tokens_details: [] },
    { prompt_tokens: 3, prompt_tokens_details: { cached_tokens: '1' } },
    { prompt_tokens: 3, completion_tokens_details: { reasoning_tokens: 0.5 } },
  ])('%j is no usage: nothing is charged by a count that cannot be one', (usage) => {
    expect(fromOpenAiUsage(usage)).toBeNull();
  });
});
