import { toAnthropicRequest, type TranslatedRequest } from './to-anthropic-request.js';

function send(members: Record<string, unknown>, options: Partial<TranslatedRequest> = {}) {
  const body = { model: 'claude-haiku-4-5', messages: [{ role: 'user', content: 'hi' }], ...members };
  return toAnthropicRequest({
    body: Buffer.from(JSON.stringify(body)),
    upstreamModel: 'claude-haiku-4-5-20251001',
    stream: false,
    maxOutputTokens: 64_000,
    strictParams: false,
    ...options,
  });
}

const bodyOf = (...request: Parameters<typeof send>): any => JSON.parse(send(...request).body);
const schema = { type: 'object', properties: { a: { type: 'string' } }, required: ['a'] };
const responseFormat = { type: 'json_schema', json_schema: { name: 'reply', schema } };

describe('toAnthropicRequest', () => {
  test('goes to the Messages API with nothing the client did not ask for', () => {
    const { path, headers, body, ignoredParams } = send({});
    expect(path).toBe('/v1/messages');
    expect(headers).toMatchObject({ 'anthropic-version': '2023-06-01' });
    expect(ignoredParams).toEqual([]);
    expect(JSON.parse(body)).toEqual({
      model: 'claude-haiku-4-5-20251001',
      max_tokens: 64_000,
      messages: [{ role: 'user', content: [{ type: 'text', text: 'hi' }] }],
    });
    expect(bodyOf({}, { stream: true })).toMatchObject({ stream: true });
  });

  test('max_tokens is what the caller wants, else the model’s maximum (rule 14)', () => {
    expect(bodyOf({ max_tokens: 5 }).max_tokens).toBe(5);
    expect(bodyOf({ max_tokens: 5, max_completion_tokens: 7 }).max_tokens).toBe(7);
    expect(bodyOf({ max_tokens: null }).max_tokens).toBe(64_000);
  });

  test('stop is a list without blank sequences, and says so when one was left out (rule 15)', () => {
    expect(bodyOf({ stop: 'END' }).stop_sequences).toEqual(['END']);
    const { body, ignoredParams } = send({ stop: ['\n\n', 'END', ''] });
    expect(JSON.parse(body).stop_sequences).toEqual(['END']);
    expect(ignoredParams).toEqual(['stop']);
    expect(bodyOf({ stop: [''] })).not.toHaveProperty('stop_sequences');
    expect(send({ stop: [''] }).ignoredParams).toEqual([]);
  });

  test('sampling parameters go as they are, or not at all to models that take none (rule 15)', () => {
    expect(bodyOf({ temperature: 0, top_k: 4 })).toMatchObject({ temperature: 0, top_k: 4 });
    expect(bodyOf({ top_p: 0.5 })).toMatchObject({ top_p: 0.5 });
    expect(bodyOf({ temperature: 0.2, top_p: 1 })).toEqual(bodyOf({ temperature: 0.2 }));
    expect(bodyOf({ temperature: 1, top_p: 0.5 })).toEqual(bodyOf({ top_p: 0.5 }));
    expect(bodyOf({ temperature: 1, top_p: 1 }, { upstreamModel: 'claude-opus-4-8' })).toEqual(
      bodyOf({}, { upstreamModel: 'claude-opus-4-8' }),
    );
  });

  test.each([
    ['user-4711', { user_id: 'user-4711' }, []],
    ['jane@example.com', undefined, ['user']],
    ['+49 (171) 555-0123', undefined, ['user']],
    ['01715550123', undefined, ['user']],
    ['x'.repeat(257), undefined, ['user']],
  ])('user %s is an id only when it is not a person’s address (rule 16)', (user, metadata, ignored) => {
    const { body, ignoredParams } = send({ user });
    expect(JSON.parse(body).metadata).toEqual(metadata);
    expect(ignoredParams).toEqual(ignored);
  });

  test('a schema travels as structured output, and beside thinking (rules 17, 18)', () => {
    const format = { type: 'json_schema', schema: { ...schema, additionalProperties: false } };
    expect(bodyOf({ response_format: responseFormat }).output_config).toEqual({ format });
    expect(bodyOf({ response_format: responseFormat, reasoning_effort: 'low' })).toMatchObject({
      output_config: { format },
      thinking: { type: 'enabled', budget_tokens: 2_048 },
    });
    expect(
      bodyOf(
        { response_format: responseFormat, reasoning_effort: 'low' },
        { upstreamModel: 'claude-opus-4-6' },
      ).output_config,
    ).toEqual({ effort: 'low', format });
  });

  test('a model without structured output answers through a forced tool, and does not think (rules 17, 18)', () => {
    const request = { response_format: responseFormat, reasoning_effort: 'high' };
    const { body, ignoredParams } = send(request, { upstreamModel: 'claude-opus-4-1-20250805' });
    expect(JSON.parse(body)).toMatchObject({
      tools: [{ name: 'reply' }],
      tool_choice: { type: 'tool', name: 'reply' },
    });
    expect(JSON.parse(body)).not.toHaveProperty('thinking');
    expect(ignoredParams).toEqual(['reasoning_effort']);
  });

  test('json_object adds an instruction behind the client’s own (rule 17)', () => {
    const messages = [
      { role: 'system', content: 'mine' },
      { role: 'user', content: 'hi' },
    ];
    const { system } = bodyOf({ messages, response_format: { type: 'json_object' } });
    expect(system).toHaveLength(2);
    expect(system[0]).toEqual({ type: 'text', text: 'mine' });
    expect(system[1].text).toMatch(/JSON/);
  });

  test('thinking goes without a temperature, refuses another one, and gives way to a forced tool (rule 18)', () => {
    expect(bodyOf({ reasoning_effort: 'medium', temperature: 1 })).toMatchObject({
      thinking: { type: 'enabled' },
    });
    expect(bodyOf({ reasoning_effort: 'medium', temperature: 1 })).not.toHaveProperty('temperature');
    expect(() => send({ reasoning_effort: 'medium', temperature: 0.5 })).toThrow(/^temperature: /);
    const forced = { tools: [{ type: 'function', function: { name: 'f' } }], tool_choice: 'required' };
    expect(send({ ...forced, reasoning_effort: 'medium' }).ignoredParams).toEqual(['reasoning_effort']);
    expect(bodyOf({ ...forced, reasoning_effort: 'medium', temperature: 0.5 })).toMatchObject({
      temperature: 0.5,
    });
  });

  test('a strict caller is told instead of losing something', () => {
    const strict = { strictParams: true };
    expect(() => send({ seed: 1 }, strict)).toThrow(/^seed: /);
    expect(() => send({ user: 'jane@example.com' }, strict)).toThrow(/^user: /);
    expect(() => send({ stop: ['\n'] }, strict)).toThrow(/^stop: /);
    expect(() => send({ reasoning_effort: 'low', max_tokens: 100 }, strict)).toThrow(/^reasoning_effort: /);
  });
});
