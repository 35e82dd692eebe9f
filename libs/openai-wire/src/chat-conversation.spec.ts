import type { Fault } from '@tokenroute/faults';
import { readConversation } from './chat-conversation.js';

function faultOf(request: Record<string, unknown>): Fault {
  try {
    readConversation(JSON.stringify({ model: 'm', ...request }));
  } catch (error) {
    return error as Fault;
  }
  throw new Error('was accepted');
}

describe('readConversation', () => {
  test('keeps what it does not know, in order', () => {
    const message = {
      role: 'user',
      content: [{ type: 'text', text: 'a', cache_control: { type: 'ephemeral' } }],
      x: 1,
    };
    expect(readConversation(JSON.stringify({ model: 'm', messages: [message], y: 2 }))).toMatchObject({
      messages: [message],
      y: 2,
    });
  });

  test.each([
    [
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: {} }] }] },
      'messages[0].content[0].image_url.url',
    ],
    [{ messages: [{ role: 'tool', content: 'x' }] }, 'messages[0].tool_call_id'],
    [{ messages: [{ role: 'nobody', content: 'x' }] }, 'messages[0].role'],
    [{ messages: [{ role: 'user', content: 'x' }], temperature: 'hot' }, 'temperature'],
    [
      { messages: [{ role: 'user', content: 'x' }], tools: [{ type: 'function', function: {} }] },
      'tools[0].function.name',
    ],
    [{ messages: [{ role: 'user', content: 'x' }], tool_choice: 'perhaps' }, 'tool_choice'],
    [
      { messages: [{ role: 'user', content: 'x' }], response_format: { type: 'xml' } },
      'response_format.type',
    ],
  ])('%j is refused, naming %s', (request, param) => {
    const fault = faultOf(request);
    expect(fault.code).toBe('invalid-request');
    expect(fault.param).toBe(param);
    expect(fault.publicMessage.startsWith(`${param}: `)).toBe(true);
  });
});
