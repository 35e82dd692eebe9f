import type { Fault } from '@tokenroute/faults';
import { toMistralRequest } from './to-mistral-request.js';

interface Options {
  upstreamModel?: string;
  stream?: boolean;
  strict?: boolean;
}

const messages = [{ role: 'user', content: 'hi' }];

function send(members: Record<string, unknown>, options: Options = {}) {
  const { upstreamModel = 'mistral-large-2512', stream = false, strict = false } = options;
  const body = Buffer.from(JSON.stringify({ model: 'mistral-large', messages, ...members }));
  const request = toMistralRequest({ body, upstreamModel, stream, strictParams: strict });
  return { ...request, body: JSON.parse(request.body) as Record<string, unknown> };
}

function refused(members: Record<string, unknown>, options?: Options): Fault {
  try {
    send(members, options);
  } catch (error) {
    return error as Fault;
  }
  throw new Error('was accepted');
}

describe('toMistralRequest', () => {
  test('goes to the chat completions with the upstream model', () => {
    expect(send({})).toMatchObject({
      path: '/chat/completions',
      headers: { accept: 'application/json' },
      body: { model: 'mistral-large-2512', messages },
    });
  });

  test('seed is random_seed, max_completion_tokens is max_tokens (rule 42)', () => {
    const { body } = send({ seed: 7, max_completion_tokens: 5, max_tokens: 9 });
    expect(body).toEqual({ model: 'mistral-large-2512', messages, random_seed: 7, max_tokens: 5 });
  });

  test('null and what Mistral does not know are not sent (rule 43)', () => {
    const { body, ignoredParams } = send({
      temperature: null,
      stop: null,
      tools: null,
      tomorrow: 1,
      user: 'u',
    });
    expect(body).toEqual({ model: 'mistral-large-2512', messages });
    expect(ignoredParams).toEqual(['user', 'tomorrow']);
  });

  test('a stream is not asked for its usage: it comes anyway, and the option is refused', () => {
    const { body, headers } = send(
      { stream: true, stream_options: { include_usage: true } },
      { stream: true },
    );
    expect(body).toEqual({ model: 'mistral-large-2512', messages, stream: true });
    expect(headers['accept']).toBe('text/event-stream');
  });

  test('what Mistral has too is sent as it is', () => {
    const sent = {
      temperature: 1.5,
      top_p: 0.5,
      n: 2,
      stop: ['a'],
      frequency_penalty: 1,
      presence_penalty: -1,
      metadata: { a: 'b' },
      prompt_cache_key: 'k',
      safe_prompt: true,
    };
    const { body, ignoredParams } = send(sent);
    expect(body).toEqual({ model: 'mistral-large-2512', messages, ...sent });
    expect(ignoredParams).toEqual([]);
  });

  test('tools, their choice and parallel calls go together; without tools none of it', () => {
    const tools = [{ type: 'function', function: { name: 'f' } }];
    const { body } = send({ tools, tool_choice: 'required', parallel_tool_calls: false });
    expect(body).toMatchObject({ tool_choice: 'any', parallel_tool_calls: false });
    expect(send({ tool_choice: 'auto', parallel_tool_calls: true, tools: [] }).body).toEqual({
      model: 'mistral-large-2512',
      messages,
    });
  });

  test('reasoning_effort is none or high for a model that thinks, a hint for one that does not', () => {
    const thinking = { upstreamModel: 'mistral-medium-2604' };
    expect(send({ reasoning_effort: 'low' }, thinking).body['reasoning_effort']).toBe('high');
    expect(send({ reasoning_effort: 'minimal' }, thinking).body['reasoning_effort']).toBe('none');
    const { body, ignoredParams } = send({ reasoning_effort: 'low' });
    expect(body).not.toHaveProperty('reasoning_effort');
    expect(ignoredParams).toEqual(['reasoning_effort']);
  });

  test('a seed below zero is a hint: Mistral takes none', () => {
    const { body, ignoredParams } = send({ seed: -1 });
    expect(body).not.toHaveProperty('random_seed');
    expect(ignoredParams).toEqual(['seed']);
  });

  test('a prediction in parts becomes one text', () => {
    const content = [
      { type: 'text', text: 'a' },
      { type: 'text', text: 'b' },
    ];
    expect(send({ prediction: { type: 'content', content } }).body['prediction']).toEqual({
      type: 'content',
      content: 'ab',
    });
  });

  test.each([
    [{ temperature: 1.6 }, 'temperature'],
    [{ logprobs: true }, 'logprobs'],
    [{ logit_bias: { 5: 1 } }, 'logit_bias'],
    [{ modalities: ['text', 'audio'] }, 'modalities'],
    [{ function_call: 'auto' }, 'function_call'],
  ])('%j is refused by name', (members, param) => {
    expect(refused(members)).toMatchObject({ code: 'invalid-request', param });
  });

  test('a strict caller is told of the first hint', () => {
    expect(refused({ user: 'u' }, { strict: true })).toMatchObject({
      code: 'invalid-request',
      param: 'user',
    });
  });
});
