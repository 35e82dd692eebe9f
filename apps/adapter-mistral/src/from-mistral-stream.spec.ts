import { MistralStream } from './from-mistral-stream.js';

function chunk(
  delta: Record<string, unknown>,
  finish: string | null = null,
  members: Record<string, unknown> = {},
): string {
  const choices = [{ index: members['at'] ?? 0, delta, finish_reason: finish }];
  const { at: _, ...rest } = members;
  return JSON.stringify({
    id: 'c1',
    object: 'chat.completion.chunk',
    created: 7,
    model: 'mistral-large-2512',
    choices,
    ...rest,
  });
}

const usage = { prompt_tokens: 9, completion_tokens: 5, total_tokens: 14 };
const begin = chunk({ role: 'assistant', content: '' });

function streamOf(includeUsage = false): MistralStream {
  const body = Buffer.from(JSON.stringify({ stream_options: { include_usage: includeUsage } }));
  return new MistralStream({ publicModel: 'mistral-large', requestId: 'r1', body });
}

function push(stream: MistralStream, ...events: string[]) {
  const sse = events.map((data) => stream.push({ event: undefined, data })).join('');
  return sse
    .split('\n\n')
    .filter(Boolean)
    .map((event) => JSON.parse(event.slice(6)));
}

describe('MistralStream', () => {
  test('a chunk that is right already keeps its bytes but for the model (rule 56)', () => {
    const stream = streamOf();
    push(stream, begin);
    const data = chunk({ content: 'é' }, null, { p: 'abc' }).replace('é', '\\u00e9');
    expect(stream.push({ event: undefined, data })).toBe(
      `data: ${data.replace('mistral-large-2512', 'mistral-large')}\n\n`,
    );
  });

  test('thinking parts are reasoning_content, and come whole before the finish (rules 25, 35, 44)', () => {
    const think = (text: string) => ({ type: 'thinking', thinking: [{ type: 'text', text }] });
    const chunks = push(
      streamOf(),
      begin,
      chunk({ content: [think('to ')] }),
      chunk({ content: [think('think'), { type: 'text', text: 'y' }] }),
      chunk({ content: 'es' }),
      chunk({ content: '' }, 'stop'),
    );
    expect(chunks.map(({ choices }) => choices[0].delta)).toEqual([
      { role: 'assistant', content: '' },
      { reasoning_content: 'to ' },
      { content: 'y', reasoning_content: 'think' },
      { content: 'es' },
      { reasoning_details: [{ type: 'reasoning.text', text: 'to think', format: 'mistral-v1', index: 0 }] },
      { content: '' },
    ]);
  });

  test('whole tool calls get index, type and a usable id (rule 44)', () => {
    const tool_calls = [
      { id: 'D681PevKs', function: { name: 'f', arguments: '{"x":1}' } },
      { id: 'null', function: { name: 'g', arguments: '' } },
    ];
    const [, last] = push(streamOf(), begin, chunk({ content: '', tool_calls }, 'tool_calls'));
    expect(last.choices[0].delta.tool_calls).toEqual([
      { index: 0, id: 'D681PevKs', type: 'function', function: { name: 'f', arguments: '{"x":1}' } },
      {
        index: 1,
        id: expect.stringMatching(/^[a-zA-Z0-9]{9}$/),
        type: 'function',
        function: { name: 'g', arguments: '' },
      },
      { index: 1, function: { arguments: '{}' } },
    ]);
  });

  test('model_length is length, error a failed provider (rule 45)', () => {
    expect(push(streamOf(), begin, chunk({}, 'model_length')).at(-1).choices[0].finish_reason).toBe('length');
    expect(() => push(streamOf(), begin, chunk({}, 'error'))).toThrow(
      expect.objectContaining({ code: 'upstream' }),
    );
  });

  test('usage on the finish chunk is taken out, and told in a chunk of its own to a client that asked (rule 27)', () => {
    for (const asked of [true, false]) {
      const stream = streamOf(asked);
      expect(push(stream, begin, chunk({ content: '' }, 'stop', { usage })).at(-1)).not.toHaveProperty(
        'usage',
      );
      const end = stream.end();
      expect(end.usage).toMatchObject({ inputTokens: 9, outputTokens: 5 });
      if (!asked) expect(end.completed.tail).toHaveLength(0);
      else expect(JSON.parse(end.completed.tail.toString().slice(6))).toMatchObject({ choices: [], usage });
    }
  });

  test('every choice has to finish (rule 55)', () => {
    const stream = streamOf();
    const other = chunk({ role: 'assistant', content: 'b' }, null, { at: 1 });
    push(stream, begin, other, chunk({}, 'stop'));
    expect(() => stream.end()).toThrow(expect.objectContaining({ code: 'upstream' }));
    push(stream, chunk({}, 'stop', { at: 1 }));
    expect(stream.end().usage).toBeNull();
  });

  test.each([
    ['message', '{"object":"error","message":"node 17 died","type":"x"}'],
    ['message', '{"error":{"message":"node 17 died"}}'],
    ['error', '{"detail":"node 17 died"}'],
  ])('an error inside the stream (%s %s) is one for the client, its text stays with us', (event, data) => {
    expect(() => streamOf().push({ event, data })).toThrow(
      expect.objectContaining({ code: 'upstream', internal: data }),
    );
  });

  test.each(['{', '[]', '"x"', '{"choices":1}'])(
    'a chunk that cannot be read (%s) is a failed provider',
    (data) => {
      expect(() => push(streamOf(), data)).toThrow(expect.objectContaining({ code: 'upstream' }));
    },
  );

  test('counts thinking, text and arguments for an answer without usage', () => {
    const stream = streamOf();
    push(stream, chunk({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'é' }] }] }));
    push(
      stream,
      chunk({ content: 'ab', tool_calls: [{ id: 'D681PevKs', function: { name: 'f', arguments: '{}' } }] }),
    );
    expect(stream.generatedBytes).toBe(6);
  });
});
