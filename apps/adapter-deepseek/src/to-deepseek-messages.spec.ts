import type { Fault } from '@tokenroute/faults';
import { readConversation } from '@tokenroute/openai-wire';
import { toDeepSeekMessages } from './to-deepseek-messages.js';

function write(messages: unknown[], options: { withReasoning?: boolean; instruction?: string } = {}) {
  const { messages: read } = readConversation(JSON.stringify({ model: 'm', messages }));
  return toDeepSeekMessages(read, {
    withReasoning: options.withReasoning ?? false,
    instruction: options.instruction,
  });
}

const call = { id: 'c1', type: 'function', function: { name: 'f', arguments: '{"x":1}' } };
const asked = { role: 'user', content: 'q' };
const called = { role: 'assistant', content: null, tool_calls: [call] };
const answered = { role: 'tool', tool_call_id: 'c1', content: 'r' };

describe('toDeepSeekMessages', () => {
  test('lists of text parts collapse to a string (rule 48)', () => {
    const parts = [
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b', cache_control: { type: 'ephemeral' } },
    ];
    expect(write([{ role: 'user', content: parts }])).toEqual([{ role: 'user', content: 'a\nb' }]);
  });

  test('neighbouring messages of one role are merged (rule 48)', () => {
    expect(
      write([
        { role: 'system', content: 'a' },
        { role: 'developer', content: 'b' },
        asked,
        { role: 'user', content: 'r' },
        { role: 'assistant', content: 'x' },
        { ...called, content: 'y' },
        answered,
      ]),
    ).toEqual([
      { role: 'system', content: 'a\n\nb' },
      { role: 'user', content: 'q\n\nr' },
      { role: 'assistant', content: 'x\n\ny', tool_calls: [call] },
      { role: 'tool', tool_call_id: 'c1', content: 'r' },
    ]);
  });

  test('messages of two names stay two, and so do tool results', () => {
    const results = [answered, { ...answered, tool_call_id: 'c2' }];
    expect(
      write([
        { ...asked, name: 'ann' },
        { ...asked, name: 'bob' },
      ]),
    ).toHaveLength(2);
    expect(write([asked, { ...called, tool_calls: [call, { ...call, id: 'c2' }] }, ...results])).toHaveLength(
      4,
    );
  });

  test('text beside tool calls stays, empty arguments are an empty object', () => {
    const bare = { ...call, function: { name: 'f', arguments: '' } };
    const [, assistant] = write([
      asked,
      { role: 'assistant', content: 'wait', tool_calls: [bare] },
      answered,
    ]);
    expect(assistant).toEqual({
      role: 'assistant',
      content: 'wait',
      tool_calls: [{ ...call, function: { name: 'f', arguments: '{}' } }],
    });
  });

  test('a refusal stays as what the assistant said', () => {
    expect(write([asked, { role: 'assistant', content: null, refusal: 'no' }, asked])[1]?.content).toBe('no');
  });

  test('thinking returns where thinking and tools meet, and is left out elsewhere (rules 35, 47)', () => {
    const reasoning_details = [{ type: 'reasoning.text', text: 'thought', format: 'deepseek-v1', index: 0 }];
    const messages = [asked, { ...called, reasoning_content: 'ught', reasoning_details }, answered];
    expect(write(messages, { withReasoning: true })[1]?.reasoning_content).toBe('thought');
    expect(write(messages)[1]).not.toHaveProperty('reasoning_content');
  });

  test('where it must return but the client dropped it, an empty one stands in (rule 35)', () => {
    expect(write([asked, called, answered], { withReasoning: true })[1]?.reasoning_content).toBe('');
  });

  test('another provider’s thinking is not passed off as DeepSeek’s (rule 35)', () => {
    const reasoning_details = [{ type: 'reasoning.text', text: 't', format: 'anthropic-claude-v1' }];
    const messages = [asked, { ...called, reasoning_content: 't', reasoning_details }, answered];
    expect(write(messages, { withReasoning: true })[1]?.reasoning_content).toBe('');
  });

  test('an instruction of ours joins the leading system messages', () => {
    expect(write([{ role: 'system', content: 'a' }, asked], { instruction: 'b' })[0]).toEqual({
      role: 'system',
      content: 'a\n\nb',
    });
    expect(write([asked], { instruction: 'b' })[0]).toEqual({ role: 'system', content: 'b' });
  });

  test.each([
    [{ type: 'image_url', image_url: { url: 'https://x/y.png' } }, 'image_url'],
    [{ type: 'input_audio', input_audio: { data: 'AA', format: 'wav' } }, 'input_audio'],
    [{ type: 'file', file: { file_id: 'f' } }, 'file'],
  ])('a part that is not text is refused by its place: %j', (part, type) => {
    try {
      write([{ role: 'user', content: [{ type: 'text', text: 'a' }, part] }]);
      throw new Error('was accepted');
    } catch (error) {
      const fault = error as Fault;
      expect(fault).toMatchObject({ code: 'invalid-request', param: 'messages[0].content[1]' });
      expect(fault.publicMessage).toContain(type);
    }
  });
});
