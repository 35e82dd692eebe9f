import type { Fault } from '@tokenroute/faults';
import { readChatRequest } from './read-chat-request.js';

function faultOf(json: string): Fault {
  try {
    readChatRequest(json);
  } catch (error) {
    return error as Fault;
  }
  throw new Error('was accepted');
}

const valid = { model: 'gpt-4o', messages: [{ role: 'user', content: 'hi' }] };

describe('readChatRequest', () => {
  test('keeps members it does not know', () => {
    expect(readChatRequest(JSON.stringify({ ...valid, seed: 7 }))['seed']).toBe(7);
  });

  test('what is nested too deeply, or has too many values, is refused before it is built', () => {
    const deep = `{"model":"a","messages":[{"role":"user","content":${'['.repeat(20_000)}${']'.repeat(20_000)}}]}`;
    expect(faultOf(deep)).toMatchObject({
      code: 'invalid-request',
      publicMessage: expect.stringContaining('128'),
    });
    const wide = `{"model":"a","messages":[${'{},'.repeat(300_000)}{}]}`;
    expect(faultOf(wide)).toMatchObject({
      code: 'invalid-request',
      publicMessage: expect.stringContaining('100000'),
    });
  });

  test('of very many wrong messages the first is told, and no list of all is made', () => {
    for (const [item, param] of [
      ['0', 'messages[0]'],
      ['[]', 'messages[0]'],
      ['null', 'messages[0]'],
      ['{}', 'messages[0].role'],
    ]) {
      const json = `{"model":"a","messages":[${`${item},`.repeat(49_000)}${item}]}`;
      const { user: before } = process.cpuUsage();
      expect(faultOf(json)).toMatchObject({ code: 'invalid-request', param });
      expect((process.cpuUsage().user - before) / 1_000).toBeLessThan(150);
    }
  });

  test('null is an absent option', () => {
    expect(
      readChatRequest(JSON.stringify({ ...valid, stream: null, max_tokens: null, n: null })).stream,
    ).toBeNull();
  });

  test.each([
    ['{', 'The request body is not valid JSON.', undefined],
    ['[]', 'The request body must be a JSON object.', undefined],
    ['null', 'The request body must be a JSON object.', undefined],
    [JSON.stringify({ messages: valid.messages }), 'model: is required.', 'model'],
    [JSON.stringify({ model: 'gpt-4o' }), 'messages: is required.', 'messages'],
    [JSON.stringify({ ...valid, messages: [] }), 'messages: must not be empty.', 'messages'],
    [
      JSON.stringify({ ...valid, messages: [{}] }),
      'messages[0].role: must be of type string.',
      'messages[0].role',
    ],
    [JSON.stringify({ ...valid, model: 4 }), 'model: must be of type string.', 'model'],
    [JSON.stringify({ ...valid, stream: 'yes' }), 'stream: must be of type boolean.', 'stream'],
    [JSON.stringify({ ...valid, max_tokens: 0 }), 'max_tokens: must be at least 1.', 'max_tokens'],
    [JSON.stringify({ ...valid, max_tokens: 1.5 }), 'max_tokens: must be of type int.', 'max_tokens'],
  ])('refuses %s by name', (json, message, param) => {
    const fault = faultOf(json);
    expect(fault.code).toBe('invalid-request');
    expect(fault.publicMessage).toBe(message);
    expect(fault.param).toBe(param);
  });
});
