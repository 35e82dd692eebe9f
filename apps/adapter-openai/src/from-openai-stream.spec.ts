import type { Fault } from '@tokenroute/faults';
import { OpenAiStream } from './from-openai-stream.js';

function chunk(members: Record<string, unknown>): string {
  return JSON.stringify({
    id: 'c1',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'gpt-4o-2024-11-20',
    ...members,
  });
}

const text = chunk({
  choices: [{ index: 0, delta: { content: 'héllo' }, finish_reason: null }],
  usage: null,
});
const finish = chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }], usage: null });
const usage = {
  prompt_tokens: 9,
  completion_tokens: 5,
  total_tokens: 14,
  prompt_tokens_details: { cached_tokens: 4 },
};
const usageChunk = chunk({ choices: [], usage });

function streamOf(includeUsage: boolean): OpenAiStream {
  const body = Buffer.from(JSON.stringify({ stream_options: { include_usage: includeUsage } }));
  return new OpenAiStream({ publicModel: 'gpt-4o', body });
}

function push(stream: OpenAiStream, data: string): string {
  return stream.push({ event: undefined, data });
}

function read(sse: string): Record<string, unknown> {
  return JSON.parse(sse.replace(/^data: /, '')) as Record<string, unknown>;
}

function faultOf(action: () => unknown): Fault {
  try {
    action();
  } catch (error) {
    return error as Fault;
  }
  throw new Error('did not throw');
}

describe('OpenAiStream', () => {
  test('every chunk carries the model the client asked for (rules 52, 56)', () => {
    const stream = streamOf(false);
    expect(read(push(stream, text))['model']).toBe('gpt-4o');
    expect(read(push(stream, finish))['model']).toBe('gpt-4o');
  });

  test('a client that did not ask for usage sees no trace of it, and billing still does (rules 27, 52)', () => {
    const stream = streamOf(false);
    expect(read(push(stream, text))).not.toHaveProperty('usage');
    push(stream, finish);
    expect(push(stream, usageChunk)).toBe('');
    expect(push(stream, '[DONE]')).toBe('');
    const end = stream.end();
    expect(end.completed.tail).toHaveLength(0);
    expect(end.usage).toMatchObject({
      inputTokens: 9,
      cachedInputTokens: 4,
      outputTokens: 5,
      estimated: false,
    });
  });

  test('a client that asked gets the usage chunk last, held back until it is paid', () => {
    const stream = streamOf(true);
    expect(read(push(stream, text))['usage']).toBeNull();
    push(stream, finish);
    expect(push(stream, usageChunk)).toBe('');
    const { tail, usageMembersAt } = stream.end().completed;
    expect(read(tail.toString())).toEqual({ ...JSON.parse(usageChunk), model: 'gpt-4o' });
    expect(tail.subarray(0, usageMembersAt).toString()).toMatch(/"usage":\{$/);
  });

  test('usage on the last ordinary chunk is taken from it and told in a chunk of its own', () => {
    const stream = streamOf(true);
    const last = push(stream, chunk({ choices: [{ index: 0, delta: {}, finish_reason: 'length' }], usage }));
    expect(read(last)).not.toHaveProperty('usage');
    const { completed } = stream.end();
    expect(read(completed.tail.toString())).toMatchObject({ choices: [], usage });
  });

  test('without its finish event it is no answer (rule 55)', () => {
    const stream = streamOf(false);
    push(stream, text);
    push(stream, '[DONE]');
    expect(faultOf(() => stream.end()).code).toBe('upstream');
  });

  test('after its finish event it is complete without [DONE] (rule 55)', () => {
    const stream = streamOf(false);
    push(stream, finish);
    expect(stream.end().usage).toBeNull();
  });

  test('an error inside the stream is a failed provider, and its text stays with us', () => {
    const fault = faultOf(() => push(streamOf(false), '{"error":{"message":"org-123 is over quota"}}'));
    expect(fault.code).toBe('upstream');
    expect(fault.publicMessage).not.toContain('org-123');
    expect(fault.internal).toContain('org-123');
  });

  test.each(['{', '[]', '"x"', '{"choices":1}'])(
    'a chunk that cannot be read (%s) is a failed provider',
    (data) => {
      expect(faultOf(() => push(streamOf(false), data)).code).toBe('upstream');
    },
  );

  test('counts the bytes of text and tool arguments for an answer without usage', () => {
    const stream = streamOf(false);
    push(stream, text);
    push(
      stream,
      chunk({ choices: [{ delta: { tool_calls: [{ index: 0, function: { arguments: '{"a":1}' } }] } }] }),
    );
    expect(stream.generatedBytes).toBe(Buffer.byteLength('héllo{"a":1}'));
  });

  test('fields nobody knows yet pass through', () => {
    const sse = push(streamOf(false), chunk({ choices: [], obfuscation: 'x', tomorrow: { n: 1 } }));
    expect(read(sse)).toMatchObject({ obfuscation: 'x', tomorrow: { n: 1 } });
  });
});
