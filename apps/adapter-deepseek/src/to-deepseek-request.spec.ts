import type { Fault } from '@tokenroute/faults';
import { toDeepSeekRequest } from './to-deepseek-request.js';

interface Options {
  model?: string;
  stream?: boolean;
  strict?: boolean;
}

function send(
  members: Record<string, unknown>,
  { model = 'deepseek-chat', stream = false, strict = false }: Options = {},
) {
  const request = {
    body: Buffer.from(JSON.stringify({ model, messages: [{ role: 'user', content: 'hi' }], ...members })),
    publicModel: model,
    upstreamModel: 'deepseek-flash',
    stream,
    strictParams: strict,
  };
  const { body, ...rest } = toDeepSeekRequest(request);
  return { ...rest, body: JSON.parse(body) as Record<string, unknown> };
}

function refused(members: Record<string, unknown>, options?: Options): Fault {
  try {
    send(members, options);
  } catch (error) {
    return error as Fault;
  }
  throw new Error('was accepted');
}

describe('toDeepSeekRequest', () => {
  test('the public ids differ in thinking, not in the model that serves them (rule 46)', () => {
    expect(send({}).body).toEqual({
      model: 'deepseek-flash',
      messages: [{ role: 'user', content: 'hi' }],
      thinking: { type: 'disabled' },
    });
    expect(send({}, { model: 'deepseek-reasoner' }).body['thinking']).toEqual({ type: 'enabled' });
  });

  test('goes to the chat completions', () => {
    expect(send({})).toMatchObject({
      path: '/chat/completions',
      headers: { accept: 'application/json' },
    });
  });

  test('a stream is always asked for its usage (rule 27)', () => {
    const { body, headers } = send(
      { stream: true, stream_options: { include_usage: false } },
      { stream: true },
    );
    expect(body).toMatchObject({ stream: true, stream_options: { include_usage: true } });
    expect(headers['accept']).toBe('text/event-stream');
  });

  test('max_completion_tokens is DeepSeek’s max_tokens', () => {
    expect(send({ max_completion_tokens: 5, max_tokens: 9 }).body).toMatchObject({ max_tokens: 5 });
    expect(send({ max_completion_tokens: 5 }).body).not.toHaveProperty('max_completion_tokens');
  });

  test('sampling, stop and log probabilities are sent; null and hints are not', () => {
    const sent = {
      temperature: 0,
      top_p: 0.5,
      frequency_penalty: 1,
      stop: ['a'],
      logprobs: true,
      top_logprobs: 2,
    };
    const { body, ignoredParams } = send({
      ...sent,
      presence_penalty: null,
      seed: 1,
      user: 'u',
      store: false,
    });
    expect(body).toEqual({
      ...sent,
      model: 'deepseek-flash',
      messages: [{ role: 'user', content: 'hi' }],
      thinking: { type: 'disabled' },
    });
    expect(ignoredParams).toEqual(['seed', 'user']);
  });

  test('a parameter nobody has a rule for goes to DeepSeek as it is', () => {
    const { body, ignoredParams } = send({ tomorrow: { a: [1] } });
    expect(body['tomorrow']).toEqual({ a: [1] });
    expect(ignoredParams).toEqual([]);
  });

  test('what has no effect while the model thinks is reported, or refused when the caller is strict', () => {
    const reasoner = { model: 'deepseek-reasoner' };
    expect(send({ temperature: 0.5, presence_penalty: 0 }, reasoner).ignoredParams).toEqual(['temperature']);
    expect(send({ temperature: 0.5 }).ignoredParams).toEqual([]);
    expect(refused({ temperature: 0.5 }, { ...reasoner, strict: true })).toMatchObject({
      param: 'temperature',
    });
  });

  test.each([
    [{ n: 2 }, 'n'],
    [{ logit_bias: { 5: 1 } }, 'logit_bias'],
    [{ modalities: ['audio'] }, 'modalities'],
    [{ parallel_tool_calls: false }, 'parallel_tool_calls'],
    [{ functions: [] }, 'functions'],
  ])('%j is refused by name', (members, param) => {
    expect(refused(members)).toMatchObject({ code: 'invalid-request', param });
  });

  test('log probabilities while the model thinks are refused by name', () => {
    expect(refused({ logprobs: true }, { model: 'deepseek-reasoner' })).toMatchObject({ param: 'logprobs' });
  });

  test('a strict caller is told of the first hint', () => {
    expect(refused({ seed: 1 }, { strict: true })).toMatchObject({ code: 'invalid-request', param: 'seed' });
  });

  test('tools, their choice and the effort are sent together; a choice without tools is not', () => {
    const tools = [{ type: 'function', function: { name: 'f' } }];
    expect(send({ tools, tool_choice: 'required', parallel_tool_calls: true }).body).toMatchObject({
      tools,
      tool_choice: 'required',
    });
    expect(send({ tool_choice: 'none' }).body).not.toHaveProperty('tool_choice');
    expect(send({ reasoning_effort: 'low' }).body).toMatchObject({
      thinking: { type: 'enabled' },
      reasoning_effort: 'low',
    });
  });

  test('thinking is carried when tools are offered, and when they were called before (rule 47)', () => {
    const history = [
      { role: 'user', content: 'q' },
      { role: 'assistant', content: 'a', reasoning_content: 't' },
      { role: 'user', content: 'r' },
    ];
    const tools = [{ type: 'function', function: { name: 'f' } }];
    const carried = (members: Record<string, unknown>, model: string) =>
      (send(members, { model }).body['messages'] as { reasoning_content?: string }[])[1]?.reasoning_content;
    expect(carried({ messages: history, tools }, 'deepseek-reasoner')).toBe('t');
    expect(carried({ messages: history }, 'deepseek-reasoner')).toBeUndefined();
    expect(carried({ messages: history, tools }, 'deepseek-chat')).toBeUndefined();
  });

  test('a schema is an instruction and JSON mode', () => {
    const { body } = send({
      response_format: { type: 'json_schema', json_schema: { name: 'n', schema: { type: 'object' } } },
    });
    expect(body['response_format']).toEqual({ type: 'json_object' });
    expect((body['messages'] as { role: string }[]).map(({ role }) => role)).toEqual(['system', 'user']);
  });
});
