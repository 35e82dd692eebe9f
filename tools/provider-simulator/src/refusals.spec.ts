import type { ProviderName } from './provider.js';
import { startSimulator, type RunningSimulator } from './server.js';
import {
  cityParameters,
  nativeRequest,
  post,
  type NativeRequest,
  type Wanted,
} from './testing/native-request.js';
import { readPlainAnswer } from './testing/read-answer.js';

let simulator: RunningSimulator;
beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.close());

type Change = (request: NativeRequest) => void;
const body =
  (change: object): Change =>
  (request) =>
    Object.assign(request.body, change);
const header =
  (name: string, value?: string): Change =>
  ({ headers }) =>
    value === undefined ? delete headers[name] : (headers[name] = value);

const call = { id: 'call_1', type: 'function', function: { name: 't', arguments: '{}' } };
const shortCall = { ...call, id: 'abcdefgh1' };
const asks = { role: 'assistant', content: null, tool_calls: [call] };
const user = { role: 'user', content: 'Hello' };
const toolUse = { role: 'assistant', content: [{ type: 'tool_use', id: 'toolu_1', name: 't', input: {} }] };
const result = (id: string): object => ({ type: 'tool_result', tool_use_id: id, content: 'ok' });
const functionCall = { role: 'model', parts: [{ functionCall: { name: 't', args: {} } }] };
const functionResponse = { role: 'user', parts: [{ functionResponse: { name: 't', response: { r: 1 } } }] };

const openai = (code: string | null, param: string | null): object => ({
  error: { type: 'invalid_request_error', code, param },
});
const anthropic = (type: string, message: unknown): object => ({
  type: 'error',
  error: { type, message },
  request_id: expect.stringMatching(/^req_/),
});
const google = (code: number, status: string): object => ({
  error: { code, status, message: expect.any(String) },
});
const deepseek = { error: { type: 'invalid_request_error', code: 'invalid_request_error', param: null } };
const mistral = (type: string, loc: unknown[]): object => ({
  object: 'error',
  type: 'invalid_request_error',
  message: { detail: [{ type, loc: ['body', ...loc] }] },
});

test.each<[ProviderName, string, Change, number, object]>([
  ['openai', 'no key', header('authorization'), 401, openai(null, null)],
  [
    'openai',
    'an invalid key',
    header('authorization', 'Bearer invalid'),
    401,
    openai('invalid_api_key', null),
  ],
  ['openai', 'no model', body({ model: undefined }), 400, openai(null, null)],
  ['openai', 'an unknown model', body({ model: 'gpt-4o-wrong' }), 404, openai('model_not_found', null)],
  [
    'openai',
    'no messages',
    body({ messages: undefined }),
    400,
    openai('missing_required_parameter', 'messages'),
  ],
  ['openai', 'empty messages', body({ messages: [] }), 400, openai('invalid_value', 'messages')],
  [
    'openai',
    'an unknown role',
    body({ messages: [{ role: 'bot', content: 'x' }] }),
    400,
    openai('invalid_value', 'messages[0].role'),
  ],
  ['openai', 'an unknown argument', body({ top_k: 1 }), 400, openai(null, null)],
  [
    'openai',
    'an unanswered tool call',
    body({ messages: [user, asks] }),
    400,
    openai(null, 'messages.[2].role'),
  ],
  [
    'openai',
    'a tool message that answers nothing',
    body({ messages: [user, { role: 'tool', tool_call_id: 'x', content: 'y' }] }),
    400,
    openai(null, 'messages.[1].role'),
  ],
  [
    'openai',
    'max_tokens of a reasoning model',
    body({ model: 'gpt-5-nano', max_tokens: 5 }),
    400,
    openai('unsupported_parameter', 'max_tokens'),
  ],
  [
    'openai',
    'temperature of a reasoning model',
    body({ model: 'gpt-5-nano', temperature: 0.2 }),
    400,
    openai('unsupported_value', 'temperature'),
  ],
  [
    'openai',
    'a temperature out of range',
    body({ temperature: 3 }),
    400,
    openai('invalid_value', 'temperature'),
  ],
  [
    'openai',
    'stream_options without stream',
    body({ stream_options: {} }),
    400,
    openai('invalid_value', 'stream_options'),
  ],
  [
    'openai',
    'json_object without the word',
    body({ response_format: { type: 'json_object' } }),
    400,
    openai(null, 'messages'),
  ],
  [
    'openai',
    'a strict schema that is open',
    body({
      response_format: {
        type: 'json_schema',
        json_schema: { name: 'a', strict: true, schema: cityParameters },
      },
    }),
    400,
    openai(null, 'response_format'),
  ],
  [
    'openai',
    'tool_choice without tools',
    body({ tool_choice: 'required' }),
    400,
    openai('invalid_value', 'tool_choice'),
  ],
  [
    'anthropic',
    'no key',
    header('x-api-key'),
    401,
    anthropic('authentication_error', 'x-api-key header is required'),
  ],
  [
    'anthropic',
    'no version',
    header('anthropic-version'),
    400,
    anthropic('invalid_request_error', expect.stringContaining('anthropic-version')),
  ],
  [
    'anthropic',
    'an unknown model',
    body({ model: 'claude-x' }),
    404,
    anthropic('not_found_error', 'model: claude-x'),
  ],
  [
    'anthropic',
    'no max_tokens',
    body({ max_tokens: undefined }),
    400,
    anthropic('invalid_request_error', 'max_tokens: Field required'),
  ],
  [
    'anthropic',
    'an unknown field',
    body({ n: 1 }),
    400,
    anthropic('invalid_request_error', 'n: Extra inputs are not permitted'),
  ],
  [
    'anthropic',
    'a system message',
    body({ messages: [{ role: 'system', content: 'x' }] }),
    400,
    anthropic('invalid_request_error', expect.stringContaining('"system"')),
  ],
  [
    'anthropic',
    'an assistant first',
    body({ messages: [{ role: 'assistant', content: 'x' }] }),
    400,
    anthropic('invalid_request_error', expect.stringContaining('first message')),
  ],
  [
    'anthropic',
    'an empty text block',
    body({ messages: [{ role: 'user', content: [{ type: 'text', text: '' }] }] }),
    400,
    anthropic('invalid_request_error', expect.stringContaining('non-empty')),
  ],
  [
    'anthropic',
    'a tool_use without its result',
    body({ messages: [user, toolUse, user] }),
    400,
    anthropic('invalid_request_error', expect.stringContaining('toolu_1')),
  ],
  [
    'anthropic',
    'a result without its tool_use',
    body({ messages: [{ role: 'user', content: [result('toolu_9')] }] }),
    400,
    anthropic('invalid_request_error', expect.stringContaining('toolu_9')),
  ],
  [
    'anthropic',
    'a result after text',
    body({
      messages: [user, toolUse, { role: 'user', content: [{ type: 'text', text: 'x' }, result('toolu_1')] }],
    }),
    400,
    anthropic('invalid_request_error', expect.stringContaining('toolu_1')),
  ],
  [
    'anthropic',
    'a thinking budget over max_tokens',
    body({ max_tokens: 1024, thinking: { type: 'enabled', budget_tokens: 1024 } }),
    400,
    anthropic('invalid_request_error', expect.stringContaining('budget_tokens')),
  ],
  [
    'anthropic',
    'a temperature over 1',
    body({ temperature: 1.5 }),
    400,
    anthropic('invalid_request_error', expect.stringContaining('temperature')),
  ],
  [
    'anthropic',
    'a tool in OpenAI’s form',
    body({ tools: [{ type: 'function', function: {} }], tool_choice: { type: 'any' } }),
    400,
    anthropic('invalid_request_error', expect.any(String)),
  ],
  [
    'anthropic',
    'a data URL as base64',
    body({
      messages: [
        {
          role: 'user',
          content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'data:x' } }],
        },
      ],
    }),
    400,
    anthropic('invalid_request_error', expect.stringContaining('base64')),
  ],
  ['google', 'no key', header('x-goog-api-key'), 403, google(403, 'PERMISSION_DENIED')],
  [
    'google',
    'an invalid key',
    header('x-goog-api-key', 'invalid'),
    400,
    { error: { status: 'INVALID_ARGUMENT', details: [{ reason: 'API_KEY_INVALID' }] } },
  ],
  [
    'google',
    'an unknown model',
    (request) => (request.path = request.path.replace('gemini-2.0-flash', 'gemini-0')),
    404,
    google(404, 'NOT_FOUND'),
  ],
  ['google', 'no contents', body({ contents: [] }), 400, google(400, 'INVALID_ARGUMENT')],
  ['google', 'an unknown field', body({ messages: [] }), 400, google(400, 'INVALID_ARGUMENT')],
  [
    'google',
    'an unknown config',
    body({ generationConfig: { max_tokens: 1 } }),
    400,
    google(400, 'INVALID_ARGUMENT'),
  ],
  [
    'google',
    'an unknown role',
    body({ contents: [{ role: 'assistant', parts: [{ text: 'x' }] }] }),
    400,
    google(400, 'INVALID_ARGUMENT'),
  ],
  [
    'google',
    'a call without its response',
    body({ contents: [{ parts: [{ text: 'x' }] }, functionCall] }),
    400,
    google(400, 'INVALID_ARGUMENT'),
  ],
  [
    'google',
    'a response without its call',
    body({ contents: [functionResponse] }),
    400,
    google(400, 'INVALID_ARGUMENT'),
  ],
  [
    'google',
    'JSON Schema words in parameters',
    body({
      tools: [
        {
          functionDeclarations: [{ name: 't', parameters: { type: 'object', additionalProperties: false } }],
        },
      ],
    }),
    400,
    google(400, 'INVALID_ARGUMENT'),
  ],
  [
    'google',
    'a function whose parameters are no object',
    body({ tools: [{ functionDeclarations: [{ name: 't', parameters: { type: 'INTEGER' } }] }] }),
    400,
    google(400, 'INVALID_ARGUMENT'),
  ],
  [
    'google',
    'a function whose parametersJsonSchema are no object',
    body({ tools: [{ functionDeclarations: [{ name: 't', parametersJsonSchema: { type: 'INTEGER' } }] }] }),
    400,
    google(400, 'INVALID_ARGUMENT'),
  ],
  [
    'google',
    'a schema without its media type',
    body({ generationConfig: { responseSchema: { type: 'STRING' } } }),
    400,
    google(400, 'INVALID_ARGUMENT'),
  ],
  ['deepseek', 'no key', header('authorization'), 401, { error: { type: 'authentication_error' } }],
  [
    'deepseek',
    'an unknown model',
    body({ model: 'gpt-4o' }),
    400,
    { error: { ...deepseek.error, message: 'Model Not Exist' } },
  ],
  ['deepseek', 'no messages', body({ messages: undefined }), 400, deepseek],
  [
    'deepseek',
    'the developer role',
    body({ messages: [{ role: 'developer', content: 'x' }] }),
    400,
    deepseek,
  ],
  [
    'deepseek',
    'an image',
    body({
      messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://a/b.png' } }] }],
    }),
    400,
    deepseek,
  ],
  ['deepseek', 'json_schema', body({ response_format: { type: 'json_schema' } }), 400, deepseek],
  [
    'deepseek',
    'json_object without the word',
    body({ response_format: { type: 'json_object' } }),
    400,
    deepseek,
  ],
  ['deepseek', 'an unanswered tool call', body({ messages: [user, asks, user] }), 400, deepseek],
  [
    'deepseek',
    'a thinking turn without its reasoning',
    body({
      model: 'deepseek-reasoner',
      messages: [user, asks, { role: 'tool', tool_call_id: 'call_1', content: 'y' }],
    }),
    400,
    deepseek,
  ],
  ['mistral', 'no key', header('authorization'), 401, { detail: 'Unauthorized' }],
  [
    'mistral',
    'an unknown model',
    body({ model: 'gpt-4o' }),
    400,
    { object: 'error', type: 'invalid_model', code: '1500' },
  ],
  ['mistral', 'an unknown field', body({ user: 'x' }), 422, mistral('extra_forbidden', ['user'])],
  [
    'mistral',
    'stream_options',
    body({ stream: true, stream_options: { include_usage: true } }),
    422,
    mistral('extra_forbidden', ['stream_options']),
  ],
  ['mistral', 'a null field', body({ temperature: null }), 422, mistral('none_forbidden', ['temperature'])],
  ['mistral', 'no messages', body({ messages: undefined }), 422, mistral('missing', ['messages'])],
  [
    'mistral',
    'a message field it does not know',
    body({ messages: [{ ...user, name: 'x' }] }),
    422,
    mistral('extra_forbidden', ['messages', 0, 'user', 'name']),
  ],
  [
    'mistral',
    'a tool call id of another provider',
    body({ messages: [user, { role: 'assistant', tool_calls: [call] }] }),
    400,
    { object: 'error', type: 'invalid_function_call' },
  ],
  [
    'mistral',
    'an unanswered tool call',
    body({ messages: [user, { role: 'assistant', tool_calls: [shortCall] }, user] }),
    400,
    { object: 'error', type: 'invalid_request_message_order' },
  ],
  [
    'mistral',
    'an assistant last',
    body({ messages: [user, { role: 'assistant', content: 'x' }] }),
    400,
    { object: 'error', type: 'invalid_request_message_order' },
  ],
])('%s refuses %s', async (provider, _, change, status, shape) => {
  const request = nativeRequest(provider);
  change(request);
  const response = await post(simulator.url, request);
  const answer = await response.json();
  expect({ status: response.status, answer }).toMatchObject({ status, answer: shape });
  expect(response.headers.get('x-tokenroute-simulator')).toBe('true');
});

describe('what thinking left behind has to come back as it was', () => {
  const wanted: Wanted = { thinking: true, tools: ['get_weather'], prompt: 'Use get_weather' };
  const firstTurn = async (provider: ProviderName): Promise<any> =>
    readPlainAnswer(provider, await (await post(simulator.url, nativeRequest(provider, wanted))).json()).turn;
  const secondStatus = async (provider: ProviderName, more: object[]): Promise<number> =>
    (await post(simulator.url, nativeRequest(provider, { ...wanted, more }))).status;

  test('Anthropic: the thinking block, unaltered and first', async () => {
    const turn = await firstTurn('anthropic');
    const [thinking, use] = turn.content;
    const answered = { role: 'user', content: [result(use.id)] };
    const status = (content: object[]): Promise<number> =>
      secondStatus('anthropic', [{ role: 'assistant', content }, answered]);
    expect(await status([thinking, use])).toBe(200);
    expect(await status([{ ...thinking, thinking: `${thinking.thinking} ` }, use])).toBe(400);
    expect(await status([{ ...thinking, signature: 'c2lnbmF0dXJl' }, use])).toBe(400);
    expect(await status([use])).toBe(400);
  });

  test('Gemini: the signature, on the call it came with', async () => {
    const turn = await firstTurn('google');
    const part = turn.parts.find((one: any) => one.functionCall);
    const response = {
      role: 'user',
      parts: [{ functionResponse: { name: 'get_weather', response: { r: 1 } } }],
    };
    const status = (parts: object[]): Promise<number> =>
      secondStatus('google', [{ role: 'model', parts }, response]);
    expect(await status([part])).toBe(200);
    expect(await status([{ functionCall: part.functionCall }])).toBe(400);
    expect(
      await status([{ ...part, thoughtSignature: `${part.thoughtSignature.slice(0, -8)}AAAAAAA=` }]),
    ).toBe(400);
    expect(await status([{ ...part, thoughtSignature: 'skip_thought_signature_validator' }])).toBe(200);
  });
});

test('a body that is no JSON is refused in the provider’s shape', async () => {
  const response = await post(simulator.url, nativeRequest('openai'), { body: '{"model":' });
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject(openai(null, null));
});

test('paths nobody knows are 404, in the provider’s shape under its prefix', async () => {
  expect(await (await fetch(`${simulator.url}/anthropic/v1/nothing`)).json()).toMatchObject({
    error: { type: 'not_found_error' },
  });
  const other = await fetch(`${simulator.url}/nothing`);
  expect(other.status).toBe(404);
  expect(await other.text()).toContain('no such path /nothing');
});

test.each([
  ['openai', '/openai/v1/models', 'data'],
  ['anthropic', '/anthropic/v1/models', 'data'],
  ['google', '/google/v1beta/models', 'models'],
  ['deepseek', '/deepseek/models', 'data'],
  ['deepseek', '/deepseek/v1/models', 'data'],
  ['mistral', '/mistral/v1/models', 'data'],
] as const)('%s lists its models at %s, for those with a key', async (provider, path, field) => {
  const { headers } = nativeRequest(provider);
  const listed = (await (await fetch(simulator.url + path, { headers })).json()) as any;
  expect(listed[field].length).toBeGreaterThan(2);
  expect((await fetch(simulator.url + path)).ok).toBe(false);
});
