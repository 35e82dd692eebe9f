import { readClientDemand } from './read-client-demand.js';

function read(members: Record<string, unknown>, upstreamModel = 'claude-opus-4-1-20250805') {
  const body = Buffer.from(
    JSON.stringify({ messages: ['"stream_options":{"include_usage":true}'], ...members }),
  );
  return readClientDemand({ requestId: 'r', publicModel: 'p', upstreamModel, body });
}

const schema = { type: 'object', properties: {} };
const response_format = { type: 'json_schema', json_schema: { name: 'reply', schema } };

describe('readClientDemand', () => {
  test('a client gets the usage chunk only when it asks (rule 27)', () => {
    expect(read({ stream_options: { include_usage: true } }).includesUsage).toBe(true);
    for (const stream_options of [undefined, null, {}, { include_usage: false }]) {
      expect(read({ stream_options }).includesUsage).toBe(false);
    }
  });

  test('knows the tool an answer comes through as the request named it (rule 17)', () => {
    const tools = [{ type: 'function', function: { name: 'reply' } }];
    expect(read({ response_format }).answerTool).toBe('reply');
    expect(read({ response_format, tools }).answerTool).toBe('reply_answer');
    expect(read({ response_format }, 'claude-haiku-4-5').answerTool).toBeNull();
    expect(read({}).answerTool).toBeNull();
  });
});
