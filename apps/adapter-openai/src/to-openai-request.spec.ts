import { asksForUsage } from '@tokenroute/openai-wire';
import { toOpenAiRequest } from './to-openai-request.js';

function upstream(body: string, stream: boolean): string {
  return toOpenAiRequest({ body: Buffer.from(body), upstreamModel: 'gpt-4o-2024-11-20', stream }).body;
}

describe('toOpenAiRequest', () => {
  test('only the model changes in a plain request (rule 52)', () => {
    const body = '{"model":"gpt-4o","messages":[],"seed":12345678901234567890,"temperature":1.0}';
    expect(upstream(body, false)).toBe(body.replace('gpt-4o', 'gpt-4o-2024-11-20'));
  });

  test('a stream is always asked for its usage, and keeps its other options (rules 27, 52)', () => {
    const body =
      '{"model":"gpt-4o","stream":true,"stream_options":{"include_usage":false,"include_obfuscation":false}}';
    expect(JSON.parse(upstream(body, true)).stream_options).toEqual({
      include_usage: true,
      include_obfuscation: false,
    });
    expect(JSON.parse(upstream('{"model":"gpt-4o","stream":true}', true)).stream_options).toEqual({
      include_usage: true,
    });
  });

  test('what an echoed message carries for another provider stays behind (rule 35)', () => {
    const call = { id: 'c1', type: 'function', function: { name: 'f', arguments: '{"extra_content":1}' } };
    const own = { role: 'assistant', content: null, tool_calls: [call] };
    const echoed = {
      ...own,
      reasoning_content: 'hm',
      reasoning_details: [{ type: 'reasoning.text', signature: 's' }],
      tool_calls: [{ ...call, extra_content: { google: { thought_signature: 't' } } }],
    };
    const body = JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }, echoed] });
    expect(JSON.parse(upstream(body, false)).messages).toEqual([{ role: 'user', content: 'hi' }, own]);
  });

  test('what is no call is for OpenAI to refuse', () => {
    const message = {
      role: 'user',
      content: 'extra',
      tool_calls: [null, 1, { id: 'c1', extra_content: {} }],
    };
    const sent = JSON.parse(upstream(JSON.stringify({ model: 'gpt-4o', messages: [message] }), false));
    expect(sent.messages).toEqual([{ ...message, tool_calls: [null, 1, { id: 'c1' }] }]);
  });

  test('a model written twice reaches the provider once, as ours', () => {
    expect(upstream('{"model":"a","model":"gpt-4o"}', false)).toBe('{"model":"gpt-4o-2024-11-20"}');
  });

  test.each([
    ['{"stream_options":{"include_usage":true}}', true],
    ['{"stream_options":{"include_usage":false}}', false],
    ['{"stream_options":null}', false],
    ['{}', false],
  ])('%s asks for usage: %s', (body, expected) => {
    expect(asksForUsage(body)).toBe(expected);
  });
});
