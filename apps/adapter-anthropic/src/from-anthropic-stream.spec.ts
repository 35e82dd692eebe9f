import type { Fault } from '@tokenroute/faults';
import { AnthropicStream } from './from-anthropic-stream.js';

type Event = Record<string, unknown>;

const start: Event = { type: 'message_start', message: { usage: { input_tokens: 10, output_tokens: 1 } } };
const blockStart = (index: number, content_block: Event) => ({
  type: 'content_block_start',
  index,
  content_block,
});
const delta = (index: number, members: Event) => ({ type: 'content_block_delta', index, delta: members });
const blockStop = (index: number) => ({ type: 'content_block_stop', index });
const finish = (
  stop_reason = 'end_turn',
  usage: unknown = { output_tokens: 7 },
  more: Event = {},
): Event => ({
  type: 'message_delta',
  delta: { stop_reason, ...more },
  usage,
});
const textBlock = (index: number, ...texts: string[]) => [
  blockStart(index, { type: 'text', text: '' }),
  ...texts.map((text) => delta(index, { type: 'text_delta', text })),
  blockStop(index),
];
const toolBlock = (index: number, name: string, ...pieces: string[]) => [
  blockStart(index, { type: 'tool_use', id: `toolu_${index}`, name, input: {} }),
  ...pieces.map((partial_json) => delta(index, { type: 'input_json_delta', partial_json })),
  blockStop(index),
];

function open(request: Event = {}): AnthropicStream {
  const body = Buffer.from(JSON.stringify(request));
  return new AnthropicStream(
    { requestId: 'r1', publicModel: 'public', upstreamModel: 'claude-haiku-4-5', body },
    17,
  );
}

function push(stream: AnthropicStream, ...events: Event[]): any[] {
  const sse = events.map((event) => stream.push({ event: undefined, data: JSON.stringify(event) })).join('');
  return sse
    .split('\n\n')
    .filter(Boolean)
    .map((event) => JSON.parse(event.replace(/^data: /, '')));
}

const deltasOf = (chunks: any[]) => chunks.map((chunk) => chunk.choices[0].delta);
const contentOf = (chunks: any[]) =>
  deltasOf(chunks)
    .map(({ content }) => content ?? '')
    .join('');

function faultOf(action: () => unknown): Fault {
  try {
    action();
  } catch (error) {
    return error as Fault;
  }
  throw new Error('did not throw');
}

const schema = { type: 'object', properties: {}, additionalProperties: true };
const structured = { response_format: { type: 'json_schema', json_schema: { name: 'reply', schema } } };

describe('AnthropicStream', () => {
  test('the first chunk carries the role, pings and the unknown nothing (rules 24, 57)', () => {
    const stream = open();
    expect(push(stream, start, { type: 'ping' }, { type: 'from_tomorrow' }, {})).toEqual([]);
    const chunks = push(stream, ...textBlock(0, 'a', '', 'b'), finish());
    expect(deltasOf(chunks)).toEqual([{ role: 'assistant', content: 'a' }, { content: 'b' }, {}]);
    expect(chunks.at(-1).choices[0].finish_reason).toBe('stop');
    for (const chunk of chunks)
      expect(chunk).toMatchObject({ id: 'chatcmpl-r1', created: 17, model: 'public' });
  });

  test('a block that begins with something in it loses nothing', () => {
    const chunks = push(
      open(),
      start,
      blockStart(0, { type: 'text', text: 'a' }),
      delta(0, { type: 'text_delta', text: 'b' }),
    );
    expect(contentOf(chunks)).toBe('ab');
    const input = push(
      open(),
      blockStart(0, { type: 'tool_use', id: 't', name: 'f', input: { a: 1 } }),
      blockStop(0),
    );
    expect(deltasOf(input).at(-1).tool_calls[0].function.arguments).toBe('{"a":1}');
  });

  test('tools are counted, not blocks; id and name come once; no arguments are {} (rule 23)', () => {
    const chunks = push(
      open(),
      start,
      ...textBlock(0, 'hm'),
      ...toolBlock(1, 'f', '', '{"a"', ':1}'),
      ...toolBlock(2, 'g', ''),
      finish('tool_use'),
    );
    const calls = deltasOf(chunks).flatMap(({ tool_calls }) => tool_calls ?? []);
    expect(calls).toEqual([
      { index: 0, id: 'toolu_1', type: 'function', function: { name: 'f', arguments: '' } },
      { index: 0, function: { arguments: '{"a"' } },
      { index: 0, function: { arguments: ':1}' } },
      { index: 1, id: 'toolu_2', type: 'function', function: { name: 'g', arguments: '' } },
      { index: 1, function: { arguments: '{}' } },
    ]);
    expect(chunks.at(-1).choices[0].finish_reason).toBe('tool_calls');
  });

  test('a call that was never closed still has its arguments', () => {
    const [begin] = toolBlock(0, 'f');
    const chunks = push(open(), start, begin!, finish('tool_use'));
    expect(deltasOf(chunks)[1].tool_calls[0].function.arguments).toBe('{}');
  });

  test('thinking is reasoning, never content; its details come once and whole, before the end (rules 25, 35)', () => {
    const chunks = push(
      open(),
      start,
      blockStart(0, { type: 'thinking', thinking: '', signature: '' }),
      delta(0, { type: 'thinking_delta', thinking: 'h' }),
      delta(0, { type: 'thinking_delta', thinking: 'm' }),
      delta(0, { type: 'signature_delta', signature: 's1' }),
      delta(0, { type: 'signature_delta', signature: 's2' }),
      blockStop(0),
      blockStart(1, { type: 'redacted_thinking', data: 'xx' }),
      blockStop(1),
      ...textBlock(2, 'a'),
      finish(),
    );
    const deltas = deltasOf(chunks);
    expect(contentOf(chunks)).toBe('a');
    expect(deltas.map(({ reasoning_content }) => reasoning_content ?? '').join('')).toBe('hm');
    expect(deltas.filter((member) => 'reasoning_details' in member)).toHaveLength(1);
    expect(deltas.at(-2).reasoning_details).toEqual([
      { type: 'reasoning.text', text: 'hm', signature: 's1s2', format: 'anthropic-claude-v1', index: 0 },
      { type: 'reasoning.encrypted', data: 'xx', format: 'anthropic-claude-v1', index: 1 },
    ]);
  });

  test('a refusal says why (rule 20)', () => {
    const chunks = push(
      open(),
      start,
      finish('refusal', undefined, { stop_details: { explanation: 'No.' } }),
    );
    expect(deltasOf(chunks)[0]).toEqual({ role: 'assistant', content: '', refusal: 'No.' });
    expect(chunks.at(-1).choices[0].finish_reason).toBe('content_filter');
  });

  test('usage is set at the end, and told in a chunk of its own to a client that asked (rules 22, 27)', () => {
    const asked = open({ stream_options: { include_usage: true } });
    push(asked, start, ...textBlock(0, 'a'), finish('end_turn', { output_tokens: 5 }), {
      type: 'message_delta',
      delta: {},
      usage: { output_tokens: 7 },
    });
    const { usage, completed } = asked.end();
    expect(usage).toMatchObject({ inputTokens: 10, outputTokens: 7 });
    expect(JSON.parse(completed.tail.toString().replace(/^data: /, ''))).toMatchObject({
      choices: [],
      usage: { prompt_tokens: 10, completion_tokens: 7, total_tokens: 17 },
    });
    expect(completed.tail.subarray(0, completed.usageMembersAt).toString()).toMatch(/"usage":\{$/);

    const silent = open();
    push(silent, start, ...textBlock(0, 'a'), finish());
    expect(silent.end()).toMatchObject({ usage: { outputTokens: 7 }, completed: { usageMembersAt: 0 } });
    expect(silent.end().completed.tail).toHaveLength(0);
  });

  test('usage that was not told is neither shown nor zero', () => {
    const stream = open({ stream_options: { include_usage: true } });
    push(stream, start, ...textBlock(0, 'a'), finish('end_turn', null));
    expect(stream.end()).toMatchObject({ usage: null, completed: { usageMembersAt: 0 } });
  });

  test('an error event is a failed provider, and its text stays with us (rule 26)', () => {
    const error = { type: 'error', error: { type: 'overloaded_error', message: 'org-1 is over its limit' } };
    const fault = faultOf(() => push(open(), start, error));
    expect(fault.code).toBe('upstream');
    expect(fault.publicMessage).not.toContain('org-1');
    expect(fault.internal).toContain('org-1');
  });

  test('without its finish event it is no answer; without message_stop it is complete (rule 55)', () => {
    const stream = open();
    push(stream, start, ...textBlock(0, 'a'));
    expect(faultOf(() => stream.end()).code).toBe('upstream');
    push(stream, finish());
    expect(stream.end().usage).not.toBeNull();
  });

  test.each(['{', '[]', '"x"', '{"type":5}'])(
    'an event that cannot be read (%s) is a failed provider',
    (data) => {
      expect(faultOf(() => open().push({ event: undefined, data })).code).toBe('upstream');
    },
  );

  test('the answer’s tool is streamed as content, without the words beside it (rule 17)', () => {
    const chunks = push(
      open(structured),
      start,
      ...textBlock(0, 'Here you are:'),
      ...toolBlock(1, 'reply', '{"a"', ':1}'),
      finish('tool_use'),
    );
    expect(contentOf(chunks)).toBe('{"a":1}');
    expect(chunks.at(-1).choices[0].finish_reason).toBe('stop');
    expect(contentOf(push(open(structured), start, ...toolBlock(0, 'reply'), finish('tool_use')))).toBe('{}');
  });

  test('words where the answer’s tool was expected are not lost', () => {
    const chunks = push(open(structured), start, ...textBlock(0, 'I ', 'cannot.'), finish('max_tokens'));
    expect(contentOf(chunks)).toBe('I cannot.');
    expect(chunks.at(-1).choices[0].finish_reason).toBe('length');
  });

  test('counts the bytes of text, thinking and arguments for an answer without usage', () => {
    const stream = open();
    const thought = delta(0, { type: 'thinking_delta', thinking: 'hm' });
    push(
      stream,
      start,
      blockStart(0, { type: 'thinking' }),
      thought,
      ...textBlock(1, 'é'),
      ...toolBlock(2, 'f', '{}'),
    );
    expect(stream.generatedBytes).toBe(Buffer.byteLength('hmé{}'));
  });
});
