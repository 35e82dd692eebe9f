import { readConversation } from '@tokenroute/openai-wire';
import { writeJson } from './json-text.js';
import { toAnthropicMessages } from './to-anthropic-messages.js';

function translate(...messages: unknown[]): any {
  const { messages: read } = readConversation(JSON.stringify({ model: 'm', messages }));
  return JSON.parse(writeJson(toAnthropicMessages(read)));
}

const text = (value: string) => ({ type: 'text', text: value });
const call = (id: string, name = 'f', args = '{}') => ({
  id,
  type: 'function',
  function: { name, arguments: args },
});
const detail = (members: Record<string, unknown>) => ({ format: 'anthropic-claude-v1', ...members });

describe('toAnthropicMessages', () => {
  test('system and developer messages go to system in order, wherever they stand (rule 1)', () => {
    const mark = { cache_control: { type: 'ephemeral' } };
    const { system, messages } = translate(
      { role: 'system', content: 'a' },
      { role: 'user', content: 'u' },
      { role: 'developer', content: [{ ...text('b'), ...mark }, text('')] },
    );
    expect(system).toEqual([text('a'), { ...text('b'), ...mark }]);
    expect(messages).toEqual([{ role: 'user', content: [text('u')] }]);
  });

  test('a mark on a message is a mark on its last block (rule 2)', () => {
    const mark = { cache_control: { type: 'ephemeral' } };
    const { messages } = translate({ role: 'user', content: [text('a'), text('b')], ...mark });
    expect(messages[0].content).toEqual([text('a'), { ...text('b'), ...mark }]);
  });

  test('neighbouring results become one user message, with what the user says after them (rules 3, 4)', () => {
    const { messages } = translate(
      { role: 'user', content: 'q' },
      { role: 'assistant', tool_calls: [call('a'), call('b')] },
      { role: 'tool', tool_call_id: 'a', content: 'one' },
      { role: 'tool', tool_call_id: 'b', content: [text('two'), text('')] },
      { role: 'user', content: 'and now?' },
    );
    expect(messages).toHaveLength(3);
    expect(messages[2]).toEqual({
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'a', content: 'one' },
        { type: 'tool_result', tool_use_id: 'b', content: [text('two')] },
        text('and now?'),
      ],
    });
  });

  test('results stand first in their turn, whatever a client put between them', () => {
    const { messages } = translate(
      { role: 'user', content: 'q' },
      { role: 'assistant', tool_calls: [call('a'), call('b')] },
      { role: 'tool', tool_call_id: 'a', content: 'one' },
      { role: 'user', content: 'wait' },
      { role: 'tool', tool_call_id: 'b', content: '' },
    );
    expect(messages[2].content.map(({ type }: { type: string }) => type)).toEqual([
      'tool_result',
      'tool_result',
      'text',
    ]);
    expect(messages[2].content[1]).toEqual({ type: 'tool_result', tool_use_id: 'b' });
  });

  test('neighbours of one role are merged; the first is the user; a final text ends without white space (rule 4)', () => {
    const { messages } = translate(
      { role: 'assistant', content: 'hello' },
      { role: 'user', content: 'a' },
      { role: 'user', content: 'b' },
      { role: 'assistant', content: 'c' },
      { role: 'assistant', content: 'd \n' },
    );
    expect(messages).toEqual([
      { role: 'user', content: [text('.')] },
      { role: 'assistant', content: [text('hello')] },
      { role: 'user', content: [text('a'), text('b')] },
      { role: 'assistant', content: [text('c'), text('d')] },
    ]);
  });

  test.each([
    [[{ role: 'system', content: 's' }]],
    [[{ role: 'user', content: '' }]],
    [[{ role: 'assistant', content: ' ' }]],
  ])('a conversation without words still has a user’s turn: %j (rules 4, 5)', (messages) => {
    expect(translate(...messages).messages).toEqual([{ role: 'user', content: [text('.')] }]);
  });

  test('an assistant keeps text and calls, text first (rule 6), and a refusal', () => {
    const { messages } = translate(
      { role: 'user', content: 'q' },
      { role: 'assistant', content: 'let me see', tool_calls: [call('a'), call('b', 'g')] },
      { role: 'tool', tool_call_id: 'a', content: 'x' },
      { role: 'tool', tool_call_id: 'b', content: 'y' },
      { role: 'assistant', content: null, refusal: 'No.' },
      { role: 'user', content: 'why?' },
    );
    expect(messages[1].content).toEqual([
      text('let me see'),
      { type: 'tool_use', id: 'a', name: 'f', input: {} },
      { type: 'tool_use', id: 'b', name: 'g', input: {} },
    ]);
    expect(messages[3].content).toEqual([text('No.')]);
  });

  test('arguments are taken over byte for byte, and none are an empty object (rule 7)', () => {
    const args = '{"z":1.0,"10":12345678901234567890,"2":"é"}';
    const { messages: read } = readConversation(
      JSON.stringify({
        model: 'm',
        messages: [{ role: 'assistant', tool_calls: [call('a', 'f', args), call('b', 'f', '')] }],
      }),
    );
    const body = writeJson(toAnthropicMessages(read));
    expect(body).toContain(`"input":${args}`);
    expect(body).toContain('"input":{}');
  });

  test.each(['{"a":', '[1]', '"x"', 'null'])(
    'arguments that are no object (%s) are refused by their place',
    (args) => {
      expect(() =>
        translate({ role: 'user', content: 'q' }, { role: 'assistant', tool_calls: [call('a', 'f', args)] }),
      ).toThrow(/^messages\[1\]\.tool_calls\[0\]\.function\.arguments: /);
    },
  );

  test('images in a result become image blocks (rule 12)', () => {
    const { messages } = translate(
      { role: 'user', content: 'q' },
      { role: 'assistant', tool_calls: [call('a')] },
      {
        role: 'tool',
        tool_call_id: 'a',
        content: [text('seen'), { type: 'image_url', image_url: { url: 'data:image/png;base64,AA' } }],
      },
    );
    expect(messages[2].content[0].content).toEqual([
      text('seen'),
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA' } },
    ]);
  });

  test('foreign and repeated call ids stay joined to their results', () => {
    const turn = [
      { role: 'assistant', tool_calls: [call('call:1')] },
      { role: 'tool', tool_call_id: 'call:1', content: 'x' },
    ];
    const { messages } = translate({ role: 'user', content: 'q' }, ...turn, ...turn);
    const ids = [1, 3].map((at) => messages[at].content[0].id);
    expect([2, 4].map((at) => messages[at].content[0].tool_use_id)).toEqual(ids);
    expect(new Set(ids).size).toBe(2);
    for (const id of ids) expect(id).toMatch(/^[a-zA-Z0-9_-]+$/);
  });

  test('echoed thinking returns with its signature to where it stood, before the calls (rules 19, 35)', () => {
    const { messages } = translate(
      { role: 'user', content: 'q' },
      {
        role: 'assistant',
        content: 'hm',
        tool_calls: [call('a')],
        reasoning_content: 'first',
        reasoning_details: [
          detail({ type: 'reasoning.text', text: 'first', signature: 's1', index: 0 }),
          detail({ type: 'reasoning.encrypted', data: 'xx', index: 2 }),
        ],
      },
      { role: 'tool', tool_call_id: 'a', content: 'x' },
    );
    expect(messages[1].content).toEqual([
      { type: 'thinking', thinking: 'first', signature: 's1' },
      text('hm'),
      { type: 'redacted_thinking', data: 'xx' },
      { type: 'tool_use', id: 'a', name: 'f', input: {} },
    ]);
  });

  test('thinking of another provider, without a signature, or not echoed at all is left out (rule 35)', () => {
    const { messages } = translate(
      { role: 'user', content: 'q' },
      {
        role: 'assistant',
        content: 'a',
        reasoning_content: 'secret',
        reasoning_details: [
          { type: 'reasoning.text', text: 'secret', signature: 's', format: 'google-gemini-v1', index: 0 },
          { type: 'reasoning.text', text: 'secret', signature: 's' },
          detail({ type: 'reasoning.text', text: 'secret' }),
          detail({ type: 'reasoning.summary', summary: 'secret' }),
        ],
      },
      { role: 'user', content: 'b' },
    );
    expect(messages[1].content).toEqual([text('a')]);
  });
});
