import type { ChatConversation, ChatMessage } from '@tokenroute/openai-wire';
import { googleModel } from './google-models.js';
import { toGoogleMessages } from './to-google-messages.js';

const messages = (list: ChatMessage[], model = 'gemini-2.5-pro') =>
  toGoogleMessages({ messages: list } as Pick<ChatConversation, 'messages'>, googleModel(model), new Map());
const user = (content: string): ChatMessage => ({ role: 'user', content });
const call = (id: string, name: string, args = '{}') => ({
  id,
  type: 'function' as const,
  function: { name, arguments: args },
});
const result = (id: string, content: string): ChatMessage => ({ role: 'tool', tool_call_id: id, content });

describe('toGoogleMessages', () => {
  test('system and developer messages become the instruction, in order, wherever they stand (rule 28)', () => {
    const { systemInstruction, contents } = messages([
      { role: 'system', content: 'One.' },
      user('Hi'),
      { role: 'developer', content: [{ type: 'text', text: 'Two.' }] },
      user('there'),
    ]);
    expect(systemInstruction).toEqual({ parts: [{ text: 'One.' }, { text: 'Two.' }] });
    expect(contents).toEqual([{ role: 'user', parts: [{ text: 'Hi' }, { text: 'there' }] }]);
  });

  test('instructions alone are the prompt', () => {
    expect(messages([{ role: 'system', content: 'Say hi.' }])).toEqual({
      contents: [{ role: 'user', parts: [{ text: 'Say hi.' }] }],
    });
  });

  test('neighbouring messages of one role become one turn, and the first is the user’s (rule 28)', () => {
    const { contents } = messages([
      { role: 'assistant', content: 'A' },
      { role: 'assistant', content: 'B' },
      user('C'),
    ]);
    expect(contents).toEqual([
      { role: 'user', parts: [{ text: ' ' }] },
      { role: 'model', parts: [{ text: 'A' }, { text: 'B' }] },
      { role: 'user', parts: [{ text: 'C' }] },
    ]);
  });

  test('empty texts are left out', () => {
    expect(messages([user(''), { role: 'assistant', content: '' }, user('Hi')]).contents).toEqual([
      { role: 'user', parts: [{ text: 'Hi' }] },
    ]);
  });

  test('a result is found its function’s name by the call’s id, in a turn of the user (rules 28, 29)', () => {
    const { contents } = messages([
      user('Hi'),
      { role: 'assistant', content: 'Let me see.', tool_calls: [call('c1', 'look', '{"b":1,"a":2}')] },
      result('c1', '{"found":true}'),
    ]);
    expect(contents.slice(1)).toEqual([
      {
        role: 'model',
        parts: [{ text: 'Let me see.' }, { functionCall: { name: 'look', args: { b: 1, a: 2 } } }],
      },
      { role: 'user', parts: [{ functionResponse: { name: 'look', response: { found: true } } }] },
    ]);
  });

  test('results stand in the order of their calls, whatever order they came in (rule 29)', () => {
    const { contents } = messages([
      user('Hi'),
      { role: 'assistant', tool_calls: [call('c1', 'look'), call('c2', 'look'), call('c3', 'find')] },
      result('c3', 'third'),
      result('c1', 'first'),
      result('c2', 'second'),
      user('And?'),
    ]);
    expect(contents.at(-1)!.parts).toEqual([
      { functionResponse: { name: 'look', response: { result: 'first' } } },
      { functionResponse: { name: 'look', response: { result: 'second' } } },
      { functionResponse: { name: 'find', response: { result: 'third' } } },
      { text: 'And?' },
    ]);
  });

  test('ids go along for models that have them, results with files hold them inside', () => {
    const picture = { type: 'image_url' as const, image_url: { url: 'data:image/png;base64,AAAA' } };
    const list: ChatMessage[] = [
      user('Hi'),
      { role: 'assistant', tool_calls: [call('c1', 'draw')] },
      { role: 'tool', tool_call_id: 'c1', content: [{ type: 'text', text: 'Done.' }, picture] },
    ];
    const inlineData = { mimeType: 'image/png', data: 'AAAA' };
    const response = { result: 'Done.' };
    expect(messages(list, 'gemini-3-pro-preview').contents.at(-1)!.parts).toEqual([
      { functionResponse: { id: 'c1', name: 'draw', response, parts: [{ inlineData }] } },
    ]);
    expect(messages(list).contents.at(-1)!.parts).toEqual([
      { functionResponse: { name: 'draw', response } },
      { inlineData },
    ]);
  });

  test('a result without its call is refused by name', () => {
    expect(() => messages([user('Hi'), result('c9', 'x')])).toThrow(
      expect.objectContaining({ code: 'invalid-request', param: 'messages[1].tool_call_id' }),
    );
  });

  test('parts keep their order among text and files', () => {
    const content = [
      { type: 'text' as const, text: 'Before' },
      { type: 'image_url' as const, image_url: { url: 'data:image/png;base64,AAAA' } },
      { type: 'text' as const, text: 'after' },
    ];
    expect(messages([{ role: 'user', content }]).contents[0]!.parts).toEqual([
      { text: 'Before' },
      { inlineData: { mimeType: 'image/png', data: 'AAAA' } },
      { text: 'after' },
    ]);
  });

  test.each(['system', 'assistant'] as const)('a file in a message of the %s is refused by name', (role) => {
    const content = [
      { type: 'text' as const, text: 'Look' },
      { type: 'image_url' as const, image_url: { url: 'data:image/png;base64,AAAA' } },
    ];
    expect(() => messages([{ role, content } as ChatMessage])).toThrow(
      expect.objectContaining({ code: 'invalid-request', param: 'messages[0].content[1]' }),
    );
  });
});
