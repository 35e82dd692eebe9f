import { fromMistralResponse } from './from-mistral-response.js';

const request = { publicModel: 'mistral-large', requestId: 'r1' };

function read(message: Record<string, unknown>, members: Record<string, unknown> = {}) {
  const choices = [{ index: 0, finish_reason: 'stop', message }];
  const body = JSON.stringify({
    id: 'c1',
    created: 7,
    model: 'mistral-large-2512',
    object: 'chat.completion',
    choices,
    ...members,
  });
  const { completed, usage } = fromMistralResponse(body, request);
  return { usage, answer: JSON.parse(completed.tail.toString()) };
}

describe('fromMistralResponse', () => {
  test('content in parts becomes text and thinking, with what has to come back (rules 35, 44)', () => {
    const content = [
      { type: 'thinking', thinking: [{ type: 'text', text: 't' }], closed: true },
      { type: 'text', text: 'a' },
    ];
    expect(read({ role: 'assistant', content, tool_calls: null }).answer.choices[0].message).toEqual({
      role: 'assistant',
      content: 'a',
      refusal: null,
      reasoning_content: 't',
      reasoning_details: [{ type: 'reasoning.text', text: 't', format: 'mistral-v1', index: 0 }],
    });
  });

  test('tool calls get the type and the id they lack (rule 44)', () => {
    const tool_calls = [
      { id: 'D681PevKs', function: { name: 'f', arguments: '{"x":1}' } },
      { id: 'null', function: { name: 'g', arguments: { y: 2 } } },
    ];
    const { message } = read({ content: '', tool_calls }).answer.choices[0];
    expect(message.tool_calls).toEqual([
      { id: 'D681PevKs', type: 'function', function: { name: 'f', arguments: '{"x":1}' } },
      {
        id: expect.stringMatching(/^[a-zA-Z0-9]{9}$/),
        type: 'function',
        function: { name: 'g', arguments: '{"y":2}' },
      },
    ]);
  });

  test('carries the id the client asked for (rule 56); without usage it has none', () => {
    const { answer, usage } = read({ content: 'a' });
    expect(answer).toMatchObject({
      id: 'c1',
      created: 7,
      model: 'mistral-large',
      choices: [{ logprobs: null }],
    });
    expect(answer).not.toHaveProperty('usage');
    expect(usage).toBeNull();
  });

  test.each(['', '{', '{"choices":[]}', '{"object":"error"}'])(
    '%j is a failed provider, not an answer',
    (body) => {
      expect(() => fromMistralResponse(body, request)).toThrow(/could not be read/);
    },
  );
});
