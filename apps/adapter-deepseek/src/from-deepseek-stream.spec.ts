import { DeepSeekStream } from './from-deepseek-stream.js';

function chunk(delta: Record<string, unknown>, finish: string | null = null, members = {}): string {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason: finish }];
  return JSON.stringify({
    id: 'c1',
    object: 'chat.completion.chunk',
    created: 7,
    model: 'deepseek-flash',
    choices,
    ...members,
  });
}

const usage = { prompt_tokens: 9, completion_tokens: 5, total_tokens: 14, prompt_cache_hit_tokens: 4 };
const begin = chunk({ role: 'assistant', content: '' });
const finish = chunk({ content: '' }, 'stop', { usage });

function streamOf(includeUsage = false): DeepSeekStream {
  const body = Buffer.from(JSON.stringify({ stream_options: { include_usage: includeUsage } }));
  return new DeepSeekStream({ publicModel: 'deepseek-chat', requestId: 'r1', body });
}

function push(stream: DeepSeekStream, ...events: string[]) {
  const sse = events.map((data) => stream.push({ event: undefined, data })).join('');
  return sse
    .split('\n\n')
    .filter(Boolean)
    .map((event) => JSON.parse(event.slice(6)));
}

describe('DeepSeekStream', () => {
  test('a chunk that is right already keeps its bytes but for the model (rule 56)', () => {
    const stream = streamOf();
    push(stream, begin);
    const data = chunk({ content: '\u00e9' }).replace('é', '\\u00e9').replace('"created"', ' "created"');
    expect(stream.push({ event: undefined, data })).toBe(
      `data: ${data.replace('deepseek-flash', 'deepseek-chat').replace(' "created"', '"created"')}\n\n`,
    );
  });

  test('thinking is reasoning_content, never content, and comes whole before the finish (rules 25, 35)', () => {
    const stream = streamOf();
    const chunks = push(
      stream,
      chunk({ role: 'assistant', content: null, reasoning_content: '' }),
      chunk({ content: null, reasoning_content: 'to ' }),
      chunk({ content: null, reasoning_content: 'think' }),
      chunk({ content: 'yes', reasoning_content: null }),
      finish,
    );
    const deltas = chunks.map(({ choices }) => choices[0].delta);
    expect(deltas.map(({ content }) => content ?? '').join('')).toBe('yes');
    expect(deltas.at(-2)).toEqual({
      reasoning_details: [{ type: 'reasoning.text', text: 'to think', format: 'deepseek-v1', index: 0 }],
    });
    expect(chunks.at(-1).choices[0].finish_reason).toBe('stop');
  });

  test('usage on the finish chunk is taken out, and told in a chunk of its own to a client that asked (rule 27)', () => {
    for (const asked of [true, false]) {
      const stream = streamOf(asked);
      expect(push(stream, begin, finish).at(-1)).not.toHaveProperty('usage');
      const end = stream.end();
      expect(end.usage).toMatchObject({ inputTokens: 9, cachedInputTokens: 4, outputTokens: 5 });
      if (!asked) expect(end.completed.tail).toHaveLength(0);
      else expect(JSON.parse(end.completed.tail.toString().slice(6))).toMatchObject({ choices: [], usage });
    }
  });

  test('usage in a chunk of its own is not told twice', () => {
    const stream = streamOf(true);
    push(stream, begin, chunk({}, 'stop'));
    expect(push(stream, JSON.stringify({ id: 'c1', choices: [], usage }))).toEqual([]);
    expect(stream.end().usage?.inputTokens).toBe(9);
  });

  test('without its finish event it is no answer, without [DONE] it is one (rule 55)', () => {
    const broken = streamOf();
    push(broken, begin, chunk({ content: 'half' }));
    expect(() => broken.end()).toThrow(expect.objectContaining({ code: 'upstream' }));
    const complete = streamOf();
    push(complete, begin, finish);
    expect(complete.end().usage).not.toBeNull();
  });

  test('running out of resources is a failed provider, not an end (rule 51)', () => {
    const stream = streamOf();
    push(stream, begin);
    expect(() => push(stream, chunk({}, 'insufficient_system_resource'))).toThrow(
      expect.objectContaining({ code: 'upstream' }),
    );
  });

  test('an error inside the stream is one for the client, its text stays with us', () => {
    const data = '{"error":{"message":"node 17 died"}}';
    expect(() => push(streamOf(), data)).toThrow(
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
    push(stream, chunk({ role: 'assistant', reasoning_content: 'é' }), chunk({ content: 'ab' }));
    push(stream, chunk({ tool_calls: [{ index: 0, id: 'x', function: { name: 'f', arguments: '{}' } }] }));
    expect(stream.generatedBytes).toBe(6);
  });

  test('fields and finish reasons nobody knows yet do no harm (rule 57)', () => {
    const stream = streamOf();
    const [first, last] = push(
      stream,
      chunk({ role: 'assistant', tomorrow: 1 }),
      chunk({}, 'tomorrow', { n: 1 }),
    );
    expect(first.choices[0].delta.tomorrow).toBe(1);
    expect(last).toMatchObject({ n: 1, choices: [{ finish_reason: 'stop' }] });
  });
});
