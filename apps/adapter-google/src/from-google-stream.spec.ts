import { GoogleStream } from './from-google-stream.js';

const requestId = '01890a5d-ac96-774b-bcce-b302099a8057';
const streamOf = (asked: Record<string, unknown> = { stream_options: { include_usage: true } }) =>
  new GoogleStream({ requestId, publicModel: 'gemini', body: Buffer.from(JSON.stringify(asked)) });

const event = (parts: unknown[] | undefined, more: Record<string, unknown> = {}, beside = {}) => ({
  event: undefined,
  data: JSON.stringify({ candidates: [{ content: parts && { parts, role: 'model' }, ...more }], ...beside }),
});
const stop = { finishReason: 'STOP' };
const usage = (candidatesTokenCount: number) => ({
  usageMetadata: { promptTokenCount: 3, candidatesTokenCount },
});
const call = (name: string) => ({ functionCall: { name, args: { a: 1 } } });

interface Chunk {
  id: string;
  created: number;
  model: string;
  choices: { index: number; delta: Record<string, unknown>; finish_reason: string | null }[];
}
const read = (sse: string): Chunk[] =>
  sse
    .split('\n\n')
    .filter(Boolean)
    .map((text) => JSON.parse(text.slice('data: '.length)));
const choices = (sse: string) => read(sse).flatMap((chunk) => chunk.choices);

describe('GoogleStream', () => {
  test('text and thoughts go out as they come, thoughts apart (rule 25)', () => {
    const stream = streamOf();
    expect(choices(stream.push(event([{ text: 'Hm', thought: true }])))[0]!.delta).toEqual({
      role: 'assistant',
      content: '',
      reasoning_content: 'Hm',
    });
    expect(choices(stream.push(event([{ text: 'It' }])))[0]!.delta).toEqual({ content: 'It' });
  });

  test('calls spread over several events keep a running index (rule 39)', () => {
    const stream = streamOf();
    const sse = stream.push(event([call('f')])) + stream.push(event([call('g'), call('h')]));
    const calls = choices(sse).flatMap(({ delta }) => delta['tool_calls'] as { index: number; id: string }[]);
    expect(calls.map(({ index }) => index)).toEqual([0, 1, 2]);
    expect(new Set(calls.map(({ id }) => id)).size).toBe(3);
    expect(choices(stream.push(event([{ text: '' }], stop))).at(-1)!.finish_reason).toBe('tool_calls');
  });

  test('signatures that are not a call’s come complete, in one delta before the finish (rule 35)', () => {
    const stream = streamOf();
    const sse =
      stream.push(event([{ text: 'A', thoughtSignature: 'S1' }])) +
      stream.push(event([{ text: '', thoughtSignature: 'S2' }], stop));
    const deltas = choices(sse);
    expect(deltas.filter(({ delta }) => 'reasoning_details' in delta)).toHaveLength(1);
    expect(deltas.at(-2)!.delta['reasoning_details']).toMatchObject([{ data: 'S1' }, { data: 'S2' }]);
    expect(deltas.at(-1)!.finish_reason).toBe('stop');
  });

  test('the signature of a call travels with it (rules 31, 35)', () => {
    const sse = streamOf().push(event([{ ...call('f'), thoughtSignature: 'S' }]));
    expect(choices(sse)[0]!.delta['tool_calls']).toMatchObject([
      { index: 0, extra_content: { google: { thought_signature: 'S' } } },
    ]);
  });

  test('one call at a time, when that is what was asked for', () => {
    const stream = streamOf({ parallel_tool_calls: false });
    expect(choices(stream.push(event([call('f'), call('g')])))).toHaveLength(1);
    expect(stream.push(event([call('h')]))).toBe('');
  });

  test('id, time and model are the same in every chunk (rule 56)', () => {
    const stream = streamOf();
    const sse = stream.push(event([{ text: 'A' }])) + stream.push(event([{ text: 'B' }], stop, usage(2)));
    const heads = read(sse + stream.end().completed.tail.toString()).map(({ id, created, model }) => ({
      id,
      created,
      model,
    }));
    expect(heads).toHaveLength(4);
    expect(new Set(heads.map((head) => JSON.stringify(head))).size).toBe(1);
    expect(heads[0]).toMatchObject({ id: `chatcmpl-${requestId}`, model: 'gemini' });
  });

  test('of usage told again and again the last counts (rules 27, 38)', () => {
    const stream = streamOf();
    stream.push(event([{ text: 'A' }], {}, usage(1)));
    stream.push(event([{ text: 'B' }], stop, usage(2)));
    const { usage: told, completed } = stream.end();
    expect(told).toMatchObject({ inputTokens: 3, outputTokens: 2 });
    expect(read(completed.tail.toString())).toMatchObject([{ choices: [], usage: { completion_tokens: 2 } }]);
  });

  test('usage that nobody told is none, also for a client that asked', () => {
    const stream = streamOf();
    stream.push(event([{ text: 'A' }], stop));
    expect(stream.end()).toEqual({
      usage: null,
      completed: { tail: Buffer.alloc(0), usageMembersAt: 0 },
      finishReason: 'stop',
    });
  });

  test('a reason that is repeated in every event finishes once, and nothing is lost behind it', () => {
    const stream = streamOf();
    const sse = stream.push(event([{ text: 'A' }], stop)) + stream.push(event([{ text: 'B' }], stop));
    expect(choices(sse).filter((choice) => choice.finish_reason !== null)).toHaveLength(1);
    expect(
      choices(sse)
        .map(({ delta }) => delta['content'] ?? '')
        .join(''),
    ).toBe('AB');
  });

  test('a prompt that was blocked is an answer without content (rule 37)', () => {
    const stream = streamOf();
    const sse = stream.push({
      event: undefined,
      data: JSON.stringify({ promptFeedback: { blockReason: 'SAFETY' }, ...usage(0) }),
    });
    expect(choices(sse)).toEqual([
      expect.objectContaining({ delta: { role: 'assistant', content: '' }, finish_reason: 'content_filter' }),
    ]);
    expect(stream.end().usage).toMatchObject({ inputTokens: 3 });
  });

  test('candidates keep apart (rule 34)', () => {
    const stream = streamOf();
    const sse =
      stream.push(event([{ text: 'A' }], { index: 0 })) +
      stream.push(event([{ text: 'B' }], { index: 1, ...stop }));
    expect(choices(sse).map(({ index }) => index)).toEqual([0, 1, 1]);
    expect(() => stream.end()).toThrow(/broke off/);
    stream.push(event([], { index: 0, ...stop }));
    expect(stream.end()).toBeDefined();
  });

  test.each([
    ['nothing', []],
    ['no finish', [event([{ text: 'A' }])]],
    ['usage alone', [{ event: undefined, data: JSON.stringify(usage(1)) }]],
  ])('a stream that ends with %s is a failed provider (rule 55)', (_what, events) => {
    const stream = streamOf();
    for (const one of events) stream.push(one);
    expect(() => stream.end()).toThrow(expect.objectContaining({ code: 'upstream' }));
  });

  test.each(['{"error":{"code":503,"message":"overloaded"}}', 'not JSON', '[]', '{"candidates":3}'])(
    '%s inside a stream is a failed provider (rule 26)',
    (data) => {
      const stream = streamOf();
      stream.push(event([{ text: 'A' }]));
      expect(() => stream.push({ event: undefined, data })).toThrow(
        expect.objectContaining({ code: 'upstream' }),
      );
    },
  );

  test('a call that cannot be read is a failed provider (rule 36)', () => {
    expect(() => streamOf().push(event(undefined, { finishReason: 'MALFORMED_FUNCTION_CALL' }))).toThrow(
      expect.objectContaining({ code: 'upstream' }),
    );
  });

  test('events, parts and reasons nobody knows yet are no harm (rule 57)', () => {
    const stream = streamOf();
    expect(stream.push({ event: undefined, data: '[DONE]' })).toBe('');
    expect(stream.push({ event: 'tomorrow', data: '{"tomorrow":{}}' })).toBe('');
    expect(stream.push(event([{ tomorrow: 1 }]))).toBe('');
    expect(
      choices(stream.push(event([{ text: 'A' }], { finishReason: 'TOMORROW' }))).at(-1)!.finish_reason,
    ).toBe('stop');
  });

  test('counts the bytes of text, thoughts and calls for an answer without usage', () => {
    const stream = streamOf();
    stream.push(event([{ text: 'é', thought: true }, { text: 'ab' }, call('f')]));
    expect(stream.generatedBytes).toBe(2 + 2 + 'f{"a":1}'.length);
  });
});
