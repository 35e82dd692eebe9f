import type { Fault } from '@tokenroute/faults';
import { readConversation } from '@tokenroute/openai-wire';
import { toMistralMessages } from './to-mistral-messages.js';

function write(...messages: unknown[]) {
  return toMistralMessages(readConversation(JSON.stringify({ model: 'm', messages })).messages);
}

const asked = { role: 'user', content: 'q' };
const call = (id: string, name = 'f') => ({ id, type: 'function', function: { name, arguments: '{"x":1}' } });

describe('toMistralMessages', () => {
  test('developer is system, and only members Mistral knows are sent (rules 42, 43)', () => {
    expect(
      write(
        { role: 'developer', content: 'be brief', name: 'ops' },
        { role: 'user', content: 'q', name: 'ann', tomorrow: 1 },
        { role: 'assistant', content: 'a', name: 'bot', refusal: null, audio: null, annotations: [] },
        asked,
      ),
    ).toEqual([
      { role: 'system', content: 'be brief' },
      { role: 'user', content: 'q' },
      { role: 'assistant', content: 'a' },
      { role: 'user', content: 'q' },
    ]);
  });

  test('a foreign id is mapped alike in calls and results (rule 41)', () => {
    const [, assistant, first, second] = write(
      asked,
      { role: 'assistant', content: null, tool_calls: [call('call_1'), call('toolu_2', 'g')] },
      { role: 'tool', tool_call_id: 'toolu_2', content: '2' },
      { role: 'tool', tool_call_id: 'call_1', content: '1' },
    );
    const ids = assistant!.tool_calls!.map(({ id }) => id);
    for (const id of ids) expect(id).toMatch(/^[a-zA-Z0-9]{9}$/);
    expect([second!.tool_call_id, first!.tool_call_id]).toEqual(ids);
  });

  test('only tool messages carry a name: their own, else that of their call (rule 43)', () => {
    const messages = write(
      asked,
      { role: 'assistant', tool_calls: [call('a', 'f'), call('b', 'g')] },
      { role: 'tool', tool_call_id: 'b', content: '2' },
      { role: 'tool', tool_call_id: 'a', content: '1', name: 'own' },
    );
    expect(messages.map(({ name }) => name)).toEqual([undefined, undefined, 'g', 'own']);
  });

  test('text beside tool calls stays; empty arguments are an empty object', () => {
    const bare = { id: 'abcdefgh1', type: 'function', function: { name: 'f', arguments: '' } };
    const [, assistant] = write(
      asked,
      { role: 'assistant', content: 'wait', tool_calls: [{ ...bare, extra_content: { google: {} } }] },
      { role: 'tool', tool_call_id: 'abcdefgh1', content: '' },
    );
    expect(assistant).toEqual({
      role: 'assistant',
      content: 'wait',
      tool_calls: [{ ...bare, function: { name: 'f', arguments: '{}' } }],
    });
  });

  test('images stay, also in tool results; hints on parts do not', () => {
    const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AA', detail: 'low' } };
    const bare = { type: 'image_url', image_url: { url: 'https://x/y.png', detail: null } };
    const text = { type: 'text', text: 'a', cache_control: { type: 'ephemeral' } };
    const expected = [
      image,
      { type: 'image_url', image_url: { url: 'https://x/y.png' } },
      { type: 'text', text: 'a' },
    ];
    const [user, , result] = write(
      { role: 'user', content: [image, bare, text] },
      { role: 'assistant', tool_calls: [call('a')] },
      { role: 'tool', tool_call_id: 'a', content: [image, bare, text] },
    );
    expect(user?.content).toEqual(expected);
    expect(result?.content).toEqual(expected);
  });

  test.each([
    { type: 'input_audio', input_audio: { data: 'AA', format: 'wav' } },
    { type: 'file', file: { file_id: 'f' } },
    { type: 'video_url', video_url: { url: 'https://x/y.mp4' } },
  ])('a part it cannot take is refused by its place: %j', (part) => {
    try {
      write({ role: 'user', content: [{ type: 'text', text: 'a' }, part] });
      throw new Error('was accepted');
    } catch (error) {
      expect(error as Fault).toMatchObject({ code: 'invalid-request', param: 'messages[0].content[1]' });
    }
  });

  test('Mistral’s own thinking returns as a part, another provider’s is left out (rules 35, 44)', () => {
    const echoed = (format: string) => ({
      role: 'assistant',
      content: 'a',
      reasoning_content: 't',
      reasoning_details: [{ type: 'reasoning.text', text: 'thought', format, index: 0 }],
    });
    expect(write(asked, echoed('mistral-v1'), asked)[1]).toEqual({
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: [{ type: 'text', text: 'thought' }] },
        { type: 'text', text: 'a' },
      ],
    });
    expect(write(asked, echoed('anthropic-claude-v1'), asked)[1]).toEqual({
      role: 'assistant',
      content: 'a',
    });
  });

  test('system messages stand first, in their order', () => {
    const roles = write(asked, { role: 'system', content: '1' }, asked, { role: 'developer', content: '2' });
    expect(roles.map(({ role, content }) => `${role} ${String(content)}`)).toEqual([
      'system 1',
      'system 2',
      'user q',
      'user q',
    ]);
  });

  test('between a tool’s result and the user’s next words lies a turn of the assistant', () => {
    const messages = write(
      asked,
      { role: 'assistant', tool_calls: [call('a')] },
      { role: 'tool', tool_call_id: 'a', content: '1' },
      asked,
    );
    expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant', 'tool', 'assistant', 'user']);
  });

  test('an assistant that says nothing is left out, one that refused says so', () => {
    expect(write(asked, { role: 'assistant', content: '' }, asked)).toHaveLength(2);
    expect(write(asked, { role: 'assistant', content: null, refusal: 'no' }, asked)[1]?.content).toBe('no');
  });

  test('words of the assistant at the end are a prefix to go on from', () => {
    expect(write(asked, { role: 'assistant', content: '{' })[1]).toEqual({
      role: 'assistant',
      content: '{',
      prefix: true,
    });
  });
});
