import { fromMistralUsage, toClientUsage } from './from-mistral-usage.js';

describe('fromMistralUsage', () => {
  test('the cached part is inside the prompt, wherever it is told', () => {
    const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };
    const cached = { inputTokens: 100, cachedInputTokens: 64, outputTokens: 20, estimated: false };
    expect(fromMistralUsage({ ...usage, prompt_tokens_details: { cached_tokens: 64 } })).toMatchObject(
      cached,
    );
    expect(fromMistralUsage({ ...usage, num_cached_tokens: 64 })).toMatchObject(cached);
    expect(fromMistralUsage(usage)).toMatchObject({ cachedInputTokens: 0, reasoningTokens: 0 });
  });

  test.each([undefined, null, {}, { prompt_tokens: '3' }])('%j is none told, not zero', (usage) => {
    expect(fromMistralUsage(usage)).toBeNull();
  });

  test('the client reads what is billed, and Mistral’s own members', () => {
    const native = { prompt_tokens: 3, completion_tokens: 2, num_cached_tokens: 1, service_tier: 'standard' };
    expect(toClientUsage(fromMistralUsage(native)!, native)).toMatchObject({
      total_tokens: 5,
      prompt_tokens_details: { cached_tokens: 1 },
      service_tier: 'standard',
    });
  });
});
