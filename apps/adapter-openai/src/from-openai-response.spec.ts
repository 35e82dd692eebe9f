import { fromOpenAiResponse } from './from-openai-response.js';

const answer =
  '{"id":"c1", "object":"chat.completion","created":1,"model":"gpt-4o-2024-11-20","choices":[{"index":0,"message":' +
  '{"role":"assistant","content":"\\u00e9 \\"usage\\":{"},"finish_reason":"stop"}],"big":12345678901234567890,' +
  '"usage":{"prompt_tokens":3,"completion_tokens":2,"completion_tokens_details":{"reasoning_tokens":1}}}';

describe('fromOpenAiResponse', () => {
  test('only the model changes; every other byte is the provider’s', () => {
    const { completed } = fromOpenAiResponse(answer, 'gpt-4o');
    expect(completed.tail.toString()).toBe(
      answer.replace('gpt-4o-2024-11-20', 'gpt-4o').replace('", "o', '","o'),
    );
  });

  test('tells where members may join the usage, whatever the text before it contains', () => {
    const { tail, usageMembersAt } = fromOpenAiResponse(answer, 'gpt-4o').completed;
    expect(tail.subarray(usageMembersAt).toString()).toMatch(/^"prompt_tokens":3/);
  });

  test('reads the usage; none told is null, not zero', () => {
    expect(fromOpenAiResponse(answer, 'gpt-4o').usage).toMatchObject({
      inputTokens: 3,
      outputTokens: 2,
      reasoningTokens: 1,
    });
    expect(fromOpenAiResponse('{"choices":[]}', 'gpt-4o').usage).toBeNull();
  });

  test.each(['', '<html>', '{"choices":', '[]', '{}'])('%j is a failed provider, not an answer', (body) => {
    expect(() => fromOpenAiResponse(body, 'gpt-4o')).toThrow(/could not be read/);
  });
});
