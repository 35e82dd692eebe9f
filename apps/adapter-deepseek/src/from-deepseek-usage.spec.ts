import { fromDeepSeekUsage, toClientUsage } from './from-deepseek-usage.js';

const native = {
  prompt_tokens: 100,
  completion_tokens: 20,
  total_tokens: 120,
  prompt_cache_hit_tokens: 64,
  prompt_cache_miss_tokens: 36,
  completion_tokens_details: { reasoning_tokens: 15 },
};

describe('fromDeepSeekUsage', () => {
  test('a cache hit is cached input, a miss ordinary input and no cache write (rule 49)', () => {
    expect(fromDeepSeekUsage(native)).toEqual({
      inputTokens: 100,
      cachedInputTokens: 64,
      cacheWrite5mTokens: 0,
      cacheWrite1hTokens: 0,
      audioInputTokens: 0,
      outputTokens: 20,
      reasoningTokens: 15,
      estimated: false,
    });
  });

  test('hits are read from the details where only they tell', () => {
    const usage = { prompt_tokens: 9, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 4 } };
    expect(fromDeepSeekUsage(usage)?.cachedInputTokens).toBe(4);
  });

  test.each([undefined, null, {}, { prompt_tokens: null }, { prompt_tokens: -1 }])(
    '%j is none told, not zero',
    (usage) => {
      expect(fromDeepSeekUsage(usage)).toBeNull();
    },
  );

  test('the client reads what is billed, and DeepSeek’s own members', () => {
    expect(toClientUsage(fromDeepSeekUsage(native)!, native)).toMatchObject({
      total_tokens: 120,
      prompt_tokens_details: { cached_tokens: 64 },
      prompt_cache_hit_tokens: 64,
    });
  });
});
