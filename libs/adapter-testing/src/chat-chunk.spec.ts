import { joinChunks, readChunks } from './chat-chunk.js';
import { toClientAnswer } from './client-answer.js';

const sse = (...deltas: object[]) =>
  deltas.map((delta) => `data: ${JSON.stringify({ choices: [{ index: 0, delta }] })}\n\n`).join('');

test('deltas of text are joined, each in its own member', () => {
  const { message } = joinChunks(
    readChunks(
      sse({ reasoning_content: 'a' }, { content: 'x' }, { reasoning_content: 'b' }, { content: 'y' }),
    ),
  );
  expect(toClientAnswer(message, 'stop')).toEqual({
    text: 'xy',
    reasoning: 'ab',
    refusal: '',
    toolCalls: [],
    finishReason: 'stop',
  });
});

test('of any other member the last value counts, as in OpenAI’s client library', () => {
  const { message } = joinChunks(readChunks(sse({ reasoning_details: [1] }, { reasoning_details: [1, 2] })));
  expect(message['reasoning_details']).toEqual([1, 2]);
});

test('tool calls whose pieces alternate are kept apart by their index', () => {
  const piece = (index: number, text: string, begin = {}) => ({
    tool_calls: [{ index, ...begin, function: { arguments: text, ...('id' in begin && { name: 'f' }) } }],
  });
  const { message } = joinChunks(
    readChunks(
      sse(piece(0, '{"a"', { id: 'p' }), piece(1, '{"b"', { id: 'q' }), piece(0, ':1}'), piece(1, ':2}')),
    ),
  );
  expect(message.tool_calls?.map(({ id }) => id)).toEqual(['p', 'q']);
  expect(toClientAnswer(message, null).toolCalls).toEqual([
    { name: 'f', arguments: { a: 1 } },
    { name: 'f', arguments: { b: 2 } },
  ]);
});

test('arguments that are not JSON are no answer', () => {
  const call = { id: 'p', function: { name: 'f', arguments: '{"a":' } };
  expect(() => toClientAnswer({ tool_calls: [call] }, 'tool_calls')).toThrow(SyntaxError);
});

test('an event that is not JSON is no chunk', () => {
  expect(() => readChunks('data: [DONE]\n\n')).toThrow(SyntaxError);
});
