import { randomUUID } from 'node:crypto';
import { startSystem, TestCustomer, type TestSystem } from '@tokenroute/testing';
import { httpRoutes } from './access-table.js';
import { DescribedApi, type OpenApi } from './described-api.js';

const chatRoute = 'post /v1/chat/completions';
const json = 'application/json';

/** A model of each provider; for `reasoning_effort` one that thinks, where the first does not. */
const modelOf: Record<string, string> = {
  openai: 'gpt-4o-mini',
  anthropic: 'claude-haiku-4-5',
  google: 'gemini-2.0-flash',
  deepseek: 'deepseek-chat',
  mistral: 'mistral-large',
};
const thinkingModel: Record<string, string> = { google: 'gemini-2.5-pro' };
const providers = Object.keys(modelOf);

/** Parameters that only other providers know. */
const beyondOpenAi = ['guardrails', 'prompt_mode', 'random_seed', 'safe_prompt', 'thinking', 'top_k'];
const maxBodyBytes = 64 * 1024;
/** Who gets a parameter that nobody knows. */
const passingOn = ['openai', 'deepseek'];

/** What a parameter makes sense with alone. */
const companions: Record<string, string[]> = {
  stream_options: ['stream'],
  tool_choice: ['tools'],
  parallel_tool_calls: ['tools'],
  function_call: ['functions'],
  top_logprobs: ['logprobs'],
  audio: ['modalities'],
};

const message = { role: 'user', content: 'Say hello, as json.' };
const tool = {
  type: 'function',
  function: { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' } } } },
};

describe('the description of the API', () => {
  let system: TestSystem;
  let customer: TestCustomer;
  let document: OpenApi;
  let api: DescribedApi;

  beforeAll(async () => {
    system = await startSystem({
      providers,
      environment: { gateway: { MAX_BODY_BYTES: String(maxBodyBytes) } },
    });
    customer = await TestCustomer.create(system, '1000');
    document = (await (await fetch(`${system.gatewayUrl}/openapi.json`)).json()) as OpenApi;
    api = new DescribedApi(document);
  }, 120_000);

  afterAll(() => system?.stop(), 30_000);

  /** @returns the answer, which is as described */
  async function expectDescribed(
    route: string,
    answer: { status: number; headers: Headers; text: string },
  ): Promise<any> {
    const type = answer.headers.get('content-type')!.split(';')[0]!;
    expect(answer.headers.get('x-request-id')).toBeTruthy();
    const bodies = type === json ? [JSON.parse(answer.text)] : eventsOf(answer.text);
    const problems = bodies.flatMap((body) => api.problems(route, answer.status, type, body));
    expect(problems.slice(0, 5)).toEqual([]);
    return bodies[0];
  }

  test('has every route that the gateway answers, and no other', () => {
    // access-matrix.spec.ts sees to it that these are the routes the running server was given.
    const there = Object.keys(httpRoutes['gateway']!).map((route) => route.replaceAll(/:\w+/g, '{}'));
    expect(api.routes.sort()).toEqual(there.sort());
  });

  test('is kept by every browser until the catalogue changes', async () => {
    const first = await fetch(`${system.gatewayUrl}/openapi.json`);
    const etag = first.headers.get('etag')!;
    const again = await fetch(`${system.gatewayUrl}/openapi.json`, { headers: { 'if-none-match': etag } });
    expect(again.status).toBe(304);
  });

  test('lists the models on offer, at their prices', async () => {
    const { data } = (await customer.request('GET', '/models')).json();
    const { content } = document.paths['/v1/models']!['get']!.responses['200'] as any;
    expect(content[json].example.data).toEqual(data);
    expect((document.components.schemas['ChatCompletionRequest'] as any).properties.model.examples).toEqual(
      data.map(({ id }: { id: string }) => id),
    );
  });

  describe.each(providers)('of what %s answers', (provider) => {
    const model = modelOf[provider]!;
    const requests: Record<string, object> = {
      text: { messages: [message] },
      'a tool call': { messages: [{ ...message, content: 'Use get_weather for Lyon.' }], tools: [tool] },
      thoughts: { messages: [{ ...message, content: 'Think. [[sim:thinking]]' }] },
      'an answer without usage': { messages: [{ ...message, content: 'Hello [[sim:no-usage]]' }] },
    };

    test.each(Object.entries(requests))(
      'fits %s, plain and in each event of a stream',
      async (_what, part) => {
        const body = { model, max_completion_tokens: 2_048, ...part };
        expect(api.requestProblems(body)).toEqual([]);
        const plain = await customer.chat(body);
        expect(plain.status).toBe(200);
        await expectDescribed(chatRoute, plain);
        const streamed = await customer.chat({
          ...body,
          stream: true,
          stream_options: { include_usage: true },
        });
        expect(eventsOf(streamed.text).length).toBeGreaterThan(1);
        await expectDescribed(chatRoute, streamed);
      },
    );

    test('fits the end of a stream that breaks off', async () => {
      const content = 'Hello, tell me a long story [[sim:error-in-stream=3;chunk-delay=20]]';
      const answer = await customer.chat({ model, stream: true, messages: [{ role: 'user', content }] });
      expect(answer.text).not.toContain('[DONE]');
      expect(eventsOf(answer.text).at(-1)).toHaveProperty('error');
      await expectDescribed(chatRoute, answer);
    });
  });

  describe('of errors', () => {
    const chat = { model: 'gpt-4o-mini', messages: [message] };
    const scripted = (script: string) => ({
      ...chat,
      messages: [{ role: 'user', content: `Hello [[sim:${script}]]` }],
    });
    const other = async (usd: string, key?: object) => TestCustomer.create(system, usd, key);
    const cases: Record<string, [number, () => Promise<{ status: number; headers: Headers; text: string }>]> =
      {
        'no JSON': [400, () => customer.chat('{')],
        'a missing field': [400, () => customer.chat({ model: 'gpt-4o-mini' })],
        'no key': [401, () => customer.chat(chat, { headers: { authorization: '' } })],
        'an empty balance': [402, async () => (await other('0.000001')).chat(chat)],
        'a model the key may not use': [
          403,
          async () => (await other('1', { allowedModels: ['gpt-4o'] })).chat(chat),
        ],
        'an unknown model': [404, () => customer.chat({ ...chat, model: 'gpt-0' })],
        'a body that is too large': [413, () => customer.chat(`{"a":"${'a'.repeat(maxBodyBytes)}"}`)],
        'what the provider cannot process': [422, () => customer.chat(scripted('status=422'))],
        'a used-up limit': [
          429,
          async () => {
            const limited = await other('1', { requestsPerMinute: 1 });
            await limited.chat(chat);
            return limited.chat(chat);
          },
        ],
        'a provider that fails': [502, () => customer.chat(scripted('status=500'))],
      };

    test.each(Object.entries(cases))('%s', async (_what, [status, ask]) => {
      const answer = await ask();
      expect(answer.status).toBe(status);
      await expectDescribed(chatRoute, answer);
      if (status === 429) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      if (status === 401) expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    });

    test('a repeat of a named request that is still under way', async () => {
      const headers = { 'idempotency-key': randomUUID() };
      const id = randomUUID();
      const slow = scripted(`id=${id};ttfb=2000`);
      const first = customer.chat(slow, { headers });
      await fetch(`${system.simulatorUrl}/_simulator/requests?id=${id}`);
      let second = await customer.chat(slow, { headers });
      while (second.status === 200 && second.headers.get('idempotency-replayed') === null)
        second = await customer.chat(slow, { headers });
      expect(second.status).toBe(409);
      await expectDescribed(chatRoute, second);
      const answered = await first;
      expect(answered.status).toBe(200);
      const replayed = await customer.chat(slow, { headers });
      expect(replayed.headers.get('idempotency-replayed')).toBe('true');
      await expectDescribed(chatRoute, replayed);
    });
  });

  test('of models, quotes, receipts and the service itself', async () => {
    await expectDescribed('get /v1/models', await customer.request('GET', '/models'));
    await expectDescribed('get /v1/models/{id}', await customer.request('GET', '/models/gpt-4o-mini'));
    await expectDescribed('get /v1/models/{id}', await customer.request('GET', '/models/gpt-0'));
    const chat = { model: 'gpt-4o-mini', messages: [message] };
    const quote = await customer.chat(chat, { headers: { 'x-tokenroute-dry-run': 'true' } });
    expect(await expectDescribed(chatRoute, quote)).toHaveProperty('object', 'quote');
    for (const answer of [await customer.chat(chat), await customer.chat({ ...chat, model: 'gpt-0' })]) {
      const id = answer.headers.get('x-request-id');
      await expectDescribed('get /v1/usage/{request_id}', await customer.request('GET', `/usage/${id}`));
    }
    for (const path of ['/healthz', '/readyz', '/openapi.json']) {
      const answer = await fetch(system.gatewayUrl + path);
      expect(api.problems(`get ${path}`, answer.status, json, await answer.json())).toEqual([]);
    }
  });

  test('has examples of requests that are answered', async () => {
    const { requestBody } = document.paths['/v1/chat/completions']!['post'] as any;
    const examples = Object.values(requestBody.content[json].examples as Record<string, { value: object }>);
    expect(examples.length).toBeGreaterThan(2);
    for (const { value } of examples) {
      expect(api.requestProblems(value)).toEqual([]);
      const answer = await customer.chat(value);
      expect(answer.status).toBe(200);
      await expectDescribed(chatRoute, answer);
    }
  });

  describe.each(providers)('of the parameters that %s', (provider) => {
    const described = () =>
      (document.components.schemas['ChatCompletionRequest'] as any).properties as Record<string, any>;
    const exampleOf = (name: string) =>
      // Google’s models give one answer each, and refuse more by themselves.
      provider === 'google' && name === 'n' ? 1 : (described()[name].examples[0] as unknown);
    /** OpenAI takes `reasoning_effort` with models that think alone, of which none is on offer. */
    const openAiKnows = (name: string) => !['reasoning_effort', ...beyondOpenAi].includes(name);
    const base = (name: string) => ({
      model: (name === 'reasoning_effort' && thinkingModel[provider]) || modelOf[provider],
      messages: [message],
    });
    const fates = () =>
      Object.entries(described())
        .filter(
          ([name, schema]) => 'x-tokenroute-providers' in schema && !['model', 'messages'].includes(name),
        )
        .map(([name, schema]): [string, string] => [name, schema['x-tokenroute-providers'][provider]]);
    const namesOf = (fate: RegExp) => fates().flatMap(([name, text]) => (fate.test(text) ? [name] : []));

    test('takes', async () => {
      const seen: Record<string, string> = {};
      for (const name of namesOf(/^(sent|as it came)/)) {
        const partners = Object.fromEntries(
          (companions[name] ?? []).map((partner) => [partner, exampleOf(partner)]),
        );
        const body = { ...base(name), ...partners, [name]: exampleOf(name) };
        expect(api.requestProblems(body)).toEqual([]);
        const answer = await customer.chat(body);
        const ignored = answer.headers.get('x-tokenroute-ignored-params')?.split(',') ?? [];
        const told = described()[name]['x-tokenroute-providers'][provider] as string;
        // Some models of a provider have no use for what others have: the table says so.
        const isHint = ignored.includes(name) && /hint|without effect/.test(told);
        // OpenAI gets what came, and refuses by name what it or this model does not know.
        const isRefusedThere =
          provider === 'openai' && !openAiKnows(name) && answer.status === 400 && answer.text.includes(name);
        if ((answer.status !== 200 && !isRefusedThere) || (ignored.includes(name) && !isHint))
          seen[name] = answer.text.slice(0, 300);
      }
      expect(seen).toEqual({});
    });

    test('refuses are refused by name, at no cost', async () => {
      const seen: Record<string, unknown> = {};
      for (const name of namesOf(/^400/)) {
        const answer = await customer.chat({ ...base(name), [name]: exampleOf(name) });
        await expectDescribed(chatRoute, answer);
        const { error } = answer.json();
        if (answer.status !== 400 || error.param !== name) seen[name] = error;
      }
      expect(seen).toEqual({});
    });

    test('has no use for are left out and named, or refused when one is strict', async () => {
      const seen: Record<string, unknown> = {};
      // One that nobody knows is treated like them, except where all is passed on.
      const names = [...namesOf(/^left out/), ...(passingOn.includes(provider) ? [] : ['no_such_parameter'])];
      for (const name of names) {
        const example = name in described() ? exampleOf(name) : 1;
        const body = { ...base(name), [name]: example };
        const answer = await customer.chat(body);
        const strict = await customer.chat(body, { headers: { 'x-tokenroute-strict-params': 'true' } });
        const told = {
          status: answer.status,
          ignored: answer.headers.get('x-tokenroute-ignored-params'),
          strict: strict.status,
          param: strict.json().error?.param,
        };
        const expected = { status: 200, ignored: name, strict: 400, param: name };
        if (JSON.stringify(told) !== JSON.stringify(expected)) seen[name] = told;
      }
      expect(seen).toEqual({});
    });
  });

  test('a parameter that nobody knows goes to OpenAI as it came, which refuses it itself', async () => {
    const answer = await customer.chat({ model: 'gpt-4o-mini', messages: [message], no_such_parameter: 1 });
    expect(answer.status).toBe(400);
    expect(answer.json().error.message).toContain('no_such_parameter');
  });
  // The last one: billing does not come back.
  test('a service of ours that is away', async () => {
    await system.kill('billing');
    const answer = await customer.chat({ model: 'gpt-4o-mini', messages: [message] });
    expect(answer.status).toBe(503);
    await expectDescribed(chatRoute, answer);
    expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    const ready = await fetch(`${system.gatewayUrl}/readyz`);
    expect(api.problems('get /readyz', ready.status, json, await ready.json())).toEqual([]);
  });
});

/** The data of each event of a stream but `[DONE]`. */
function eventsOf(text: string): any[] {
  return text
    .split('\n\n')
    .filter((event) => event.startsWith('data: ') && event !== 'data: [DONE]')
    .map((event) => JSON.parse(event.slice('data: '.length)));
}
