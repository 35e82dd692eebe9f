import { fromDeepSeekResponse } from './from-deepseek-response.js';

const request = { publicModel: 'deepseek-chat', requestId: 'r1' };

function answer(message: Record<string, unknown>, members: Record<string, unknown> = {}): string {
  const choices = [{ index: 0, message, logprobs: null, finish_reason: 'stop' }];
  return JSON.stringify({ id: 'c1', created: 7, model: 'deepseek-flash', choices, ...members });
}

function read(body: string) {
  const { completed, usage } = fromDeepSeekResponse(body, request);
  return { usage, answer: JSON.parse(completed.tail.toString()) };
}

describe('fromDeepSeekResponse', () => {
  test('thinking goes out as text and as what has to come back (rule 35)', () => {
    const { message } = read(answer({ role: 'assistant', content: 'a', reasoning_content: 't' })).answer
      .choices[0];
    expect(message).toMatchObject({
      content: 'a',
      reasoning_content: 't',
      reasoning_details: [{ type: 'reasoning.text', text: 't', format: 'deepseek-v1' }],
    });
  });

  test('carries the id the client asked for, and every member OpenAI requires (rule 56)', () => {
    expect(read(answer({ content: null }, { system_fingerprint: 'fp' })).answer).toEqual({
      id: 'c1',
      object: 'chat.completion',
      created: 7,
      model: 'deepseek-chat',
      system_fingerprint: 'fp',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: null, refusal: null },
          logprobs: null,
          finish_reason: 'stop',
        },
      ],
    });
  });

  test('text beside tool calls stays', () => {
    const tool_calls = [{ index: 0, id: 'x', type: 'function', function: { name: 'f', arguments: '{}' } }];
    const { message } = read(answer({ content: 'wait', tool_calls })).answer.choices[0];
    expect(message.content).toBe('wait');
    expect(message.tool_calls).toEqual([
      { id: 'x', type: 'function', function: { name: 'f', arguments: '{}' } },
    ]);
  });

  test('without usage there is none in the answer', () => {
    const none = read(answer({ content: 'a' }));
    expect(none.usage).toBeNull();
    expect(none.answer).not.toHaveProperty('usage');
  });

  test.each(['', '<html>', '{"choices":[]}', '{"choices":[{}]}'])(
    '%j is a failed provider, not an answer',
    (body) => {
      expect(() => fromDeepSeekResponse(body, request)).toThrow(/could not be read/);
    },
  );
});
