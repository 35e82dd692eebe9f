import type { Fault } from '@tokenroute/faults';
import { fromAnthropicResponse } from './from-anthropic-response.js';

const usage = { input_tokens: 3, output_tokens: 2 };
const text = (value: string) => ({ type: 'text', text: value });
const toolUse = (name: string, input: unknown = {}, id = 'toolu_1') => ({
  type: 'tool_use',
  id,
  name,
  input,
});

function translate(
  message: Record<string, unknown> | string,
  request: Record<string, unknown> = {},
  upstreamModel = 'claude-haiku-4-5',
) {
  const whole = { type: 'message', role: 'assistant', content: [], stop_reason: 'end_turn', usage };
  const body = typeof message === 'string' ? message : JSON.stringify({ ...whole, ...message });
  const call = {
    requestId: 'r1',
    publicModel: 'public',
    upstreamModel,
    body: Buffer.from(JSON.stringify(request)),
  };
  const { completed, usage: counted } = fromAnthropicResponse(body, call, 1_700_000_000);
  const answer = JSON.parse(completed.tail.toString());
  return { answer, choice: answer.choices[0], message: answer.choices[0].message, counted, completed };
}

const schema = { type: 'object', properties: {}, additionalProperties: true };
const structured = { response_format: { type: 'json_schema', json_schema: { name: 'reply', schema } } };

describe('fromAnthropicResponse', () => {
  test('texts are joined; the model is the one the client asked for (rule 56)', () => {
    const { answer, message } = translate({ content: [text('a'), { type: 'from_tomorrow' }, text('b')] });
    expect(answer).toMatchObject({ id: 'chatcmpl-r1', created: 1_700_000_000, model: 'public' });
    expect(message).toEqual({ role: 'assistant', content: 'ab', refusal: null });
  });

  test('text beside calls is kept, and a call’s input stays as it was written', () => {
    const input = '{"z":1.0, "10":12345678901234567890,"2":"}]{\\""}';
    const body =
      `{"content":[{"type":"text","text":"\\"input\\":{}}"}, {"type":"tool_use","id":"t1","name":"f","input":${input}},` +
      `{},{"type":"tool_use","id":"t2","name":"g"}],"stop_reason":"tool_use","usage":${JSON.stringify(usage)}}`;
    const { message, choice } = translate(body.replace('{},', '{"type":"x"},'));
    expect(message.content).toBe('"input":{}}');
    expect(message.tool_calls).toEqual([
      { id: 't1', type: 'function', function: { name: 'f', arguments: input } },
      { id: 't2', type: 'function', function: { name: 'g', arguments: '{}' } },
    ]);
    expect(choice.finish_reason).toBe('tool_calls');
  });

  test('thinking is reasoning, never content, and comes with what Anthropic needs back (rules 25, 35)', () => {
    const { message } = translate({
      content: [
        { type: 'thinking', thinking: 'hm', signature: 's' },
        { type: 'redacted_thinking', data: 'xx' },
        text('a'),
      ],
    });
    expect(message.content).toBe('a');
    expect(message.reasoning_content).toBe('hm');
    expect(message.reasoning_details).toEqual([
      { type: 'reasoning.text', text: 'hm', signature: 's', format: 'anthropic-claude-v1', index: 0 },
      { type: 'reasoning.encrypted', data: 'xx', format: 'anthropic-claude-v1', index: 1 },
    ]);
  });

  test('a refusal says why (rule 20)', () => {
    const refused = { stop_reason: 'refusal', stop_details: { type: 'refusal', explanation: 'No.' } };
    expect(translate(refused)).toMatchObject({
      choice: { finish_reason: 'content_filter' },
      message: { content: null, refusal: 'No.' },
    });
    expect(translate({ stop_reason: 'refusal' }).message).toMatchObject({ content: '', refusal: null });
  });

  test('the input of the answer’s tool is the content, without the words beside it (rule 17)', () => {
    const content = [text('Here you are:'), toolUse('reply', { a: 1 })];
    const { message, choice } = translate({ content, stop_reason: 'tool_use' }, structured);
    expect(message).toEqual({ role: 'assistant', content: '{"a":1}', refusal: null });
    expect(choice.finish_reason).toBe('stop');
  });

  test('a client’s tool of the same name is a call like any other', () => {
    const tools = [{ type: 'function', function: { name: 'reply' } }];
    const content = [toolUse('reply', { a: 1 })];
    const { message } = translate({ content, stop_reason: 'tool_use' }, { ...structured, tools });
    expect(message.tool_calls).toHaveLength(1);
    expect(translate({ content, stop_reason: 'tool_use' }).message.tool_calls).toHaveLength(1);
  });

  test('usage that was not told is not shown', () => {
    const { answer, counted, completed } = translate({ usage: undefined });
    expect(counted).toBeNull();
    expect(answer).not.toHaveProperty('usage');
    expect(completed.usageMembersAt).toBe(0);
  });

  test.each(['', '<html>', '{"content":[', '[]', '{}', '{"type":"error","error":{"message":"x"}}'])(
    '%j is a failed provider, not an answer',
    (body) => {
      const failure = () =>
        fromAnthropicResponse(
          body,
          { requestId: 'r', publicModel: 'p', upstreamModel: 'm', body: Buffer.from('{}') },
          1,
        );
      expect(failure).toThrow(expect.objectContaining({ code: 'upstream' }) as Fault);
    },
  );
});
