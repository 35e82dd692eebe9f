import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as readText } from 'node:stream/consumers';
import {
  sharedSystem,
  type SharedSystem,
  startSystem,
  TestCustomer,
  type TestSystem,
} from '@tokenroute/testing';
import OpenAI from 'openai';

const messages = [{ role: 'user' as const, content: 'Hello' }];

/** gpt-4o-mini in the price book: 0.15 USD per million input tokens, 0.075 cached, 0.60 output. */
function costNanoUsd(usage: OpenAI.CompletionUsage): bigint {
  const cached = usage.prompt_tokens_details?.cached_tokens ?? 0;
  return BigInt((usage.prompt_tokens - cached) * 150 + cached * 75 + usage.completion_tokens * 600);
}

function costOf(usage: OpenAI.CompletionUsage): string {
  return (usage as unknown as { cost: string }).cost;
}

describe('POST /v1/chat/completions, answered', () => {
  let system: SharedSystem;
  let customer: TestCustomer;
  let client: OpenAI;

  beforeAll(async () => {
    system = await sharedSystem();
  }, 60_000);

  beforeEach(async () => {
    customer = await TestCustomer.create(system, '1');
    client = new OpenAI({ baseURL: system.baseUrl, apiKey: customer.key.secret, maxRetries: 0 });
  });

  afterAll(() => system.close());

  async function spentNanoUsd(): Promise<bigint> {
    return 1_000_000_000n - (await customer.settledAccount()).balanceNanoUsd;
  }

  test('a plain answer costs exactly its usage times the price, and says so', async () => {
    const answer = await client.chat.completions.create({ model: 'gpt-4o-mini', messages });
    expect(answer.model).toBe('gpt-4o-mini');
    expect(answer.choices[0]!.message.content).toContain('Hello');
    const cost = costNanoUsd(answer.usage!);
    expect(await spentNanoUsd()).toBe(cost);
    expect(BigInt(Math.round(Number(costOf(answer.usage!)) * 1e9))).toBe(cost);
  });

  test('an answer tells what its cost is made of', async () => {
    const content = '[[sim:usage=input:1000,output:50,cached:400]]';
    const request = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content }] };
    const plain = await client.chat.completions.create(request);
    const stream = await client.chat.completions.create({
      ...request,
      stream: true,
      stream_options: { include_usage: true },
    });
    let streamed: OpenAI.CompletionUsage | undefined;
    for await (const chunk of stream) streamed = chunk.usage ?? streamed;
    for (const usage of [plain.usage, streamed]) {
      expect(usage).toMatchObject({
        cost: '0.00015',
        cost_details: {
          price_id: expect.stringMatching(/^\d+$/),
          items: [
            { kind: 'input', tokens: 600, usd_per_million: '0.15', usd: '0.00009' },
            { kind: 'cached_input', tokens: 400, usd_per_million: '0.075', usd: '0.00003' },
            { kind: 'output', tokens: 50, usd_per_million: '0.60', usd: '0.00003' },
          ],
        },
      });
      expect(usage).not.toHaveProperty('cost_details.estimated');
    }
  });

  test('a dry run tells what would be held and holds, asks and costs nothing', async () => {
    const body = { model: 'gpt-4o-mini', max_tokens: 100, messages };
    const headers = { 'x-tokenroute-dry-run': 'true' };
    const quote = await customer.chat({ ...body, stream: true, max_cost: '0' }, { headers });
    expect(quote.status).toBe(200);
    expect(quote.headers.get('x-tokenroute-hold-usd')).toBeNull();
    expect((await customer.request('GET', `/usage/${quote.headers.get('x-request-id')}`)).status).toBe(404);
    expect(await spentNanoUsd()).toBe(0n);
    expect(quote.json()).toEqual({
      object: 'quote',
      model: 'gpt-4o-mini',
      upstream_model: 'gpt-4o-mini-2024-07-18',
      input_tokens_bound: expect.any(Number),
      output_tokens_limit: 100,
      ceiling_usd: expect.any(String),
      price_id: expect.stringMatching(/^\d+$/),
      available_usd: '1.00',
    });
    const real = await customer.chat(body, { headers: { 'x-tokenroute-dry-run': 'false' } });
    const again = await customer.chat(body, { headers });
    expect(real.headers.get('x-tokenroute-hold-usd')).toBe(again.json().ceiling_usd);
    expect(real.json().usage.cost_details.price_id).toBe(again.json().price_id);
  });

  test('a streamed answer costs exactly the usage its last chunk tells', async () => {
    const stream = await client.chat.completions.create({
      model: 'gpt-4o-mini',
      messages,
      stream: true,
      stream_options: { include_usage: true },
    });
    let text = '';
    let usage: OpenAI.CompletionUsage | undefined;
    for await (const chunk of stream) {
      expect(chunk.model).toBe('gpt-4o-mini');
      text += chunk.choices[0]?.delta.content ?? '';
      usage = chunk.usage ?? usage;
    }
    expect(text).toContain('Hello');
    expect(await spentNanoUsd()).toBe(costNanoUsd(usage!));
  });

  test('cached input is charged at its own rate', async () => {
    const content = '[[sim:usage=input:1000,output:50,cached:400]]';
    const answer = await client.chat.completions.create({
      model: 'gpt-4o-mini',
      messages: [{ role: 'user', content }],
    });
    expect(answer.usage!.prompt_tokens_details?.cached_tokens).toBe(400);
    expect(await spentNanoUsd()).toBe(600n * 150n + 400n * 75n + 50n * 600n);
  });

  test('when [DONE] arrives the charge is on the books', async () => {
    const answer = await customer.chat({ model: 'gpt-4o-mini', messages, stream: true });
    expect(answer.text.endsWith('data: [DONE]\n\n')).toBe(true);
    const account = await system.operator.findAccount(customer.accountId);
    expect(account!.heldNanoUsd).toBe(0n);
    expect(account!.balanceNanoUsd).toBeLessThan(1_000_000_000n);
  });

  test('a stream without stream_options carries no usage', async () => {
    const answer = await customer.chat({ model: 'gpt-4o-mini', messages, stream: true });
    expect(answer.text).not.toContain('"usage"');
    expect(answer.headers.get('content-type')).toContain('text/event-stream');
  });

  test('an answer tells its request, what was held for it and what served it', async () => {
    const { headers } = await customer.chat({ model: 'gpt-4o-mini', messages });
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(Number(headers.get('x-tokenroute-hold-usd'))).toBeGreaterThan(0);
    expect(headers.get('x-tokenroute-upstream-model')).toBe('gpt-4o-mini-2024-07-18');
  });

  test('a client that goes away pays for what was generated, marked as estimated, never above its hold', async () => {
    const controller = new AbortController();
    const response = await fetch(`${system.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${customer.key.secret}` },
      body: JSON.stringify({
        model: 'gpt-4o-mini',
        stream: true,
        messages: [{ role: 'user', content: '[[sim:tokens=1000;chunk-delay=20]]' }],
      }),
      signal: controller.signal,
    });
    await response.body!.getReader().read();
    controller.abort();
    const spent = await customer.settledAccount().then((account) => 1_000_000_000n - account.balanceNanoUsd);
    expect(spent).toBeGreaterThan(0n);
    expect(spent).toBeLessThan(1_000n * 600n);
  });

  test('a client that goes away before anything came pays nothing, and the provider is told to stop', async () => {
    const content = '[[sim:id=gone;ttfb=30000]]';
    const controller = new AbortController();
    const request = customer.chat(
      { model: 'gpt-4o-mini', messages: [{ role: 'user', content }] },
      { signal: controller.signal },
    );
    await until(async () => (await fetch(`${system.simulatorUrl}/_simulator/requests?id=gone`)).ok);
    controller.abort();
    const cancelledAt = Date.now();
    await expect(request).rejects.toThrow();
    await until(async () => (await journalEntry('gone'))?.clientGoneAt != null);
    expect((await journalEntry('gone'))!.clientGoneAt! - cancelledAt).toBeLessThan(1_000);
    expect((await customer.settledAccount()).balanceNanoUsd).toBe(1_000_000_000n);
  });

  async function journalEntry(id: string): Promise<{ clientGoneAt: number | null } | undefined> {
    const journal = await (await fetch(`${system.simulatorUrl}/_simulator/journal?id=${id}`)).json();
    return (journal as { entries: { clientGoneAt: number | null }[] }).entries[0];
  }

  async function until(condition: () => Promise<boolean>): Promise<void> {
    while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 20));
  }

  test('GET /v1/models lists the models on offer, and one by its id', async () => {
    const models = (await client.models.list()).data;
    expect(models.map((model) => model.id)).toEqual(expect.arrayContaining(['gpt-4o', 'gpt-4o-mini']));
    expect(models.every((model) => model.object === 'model' && Number.isInteger(model.created))).toBe(true);
    expect((await client.models.retrieve('gpt-4o')).owned_by).toBe('openai');
  });
});

describe('POST /v1/chat/completions with max_cost', () => {
  const completion = {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'gpt-4o-mini-2024-07-18',
    choices: [{ index: 0, message: { role: 'assistant', content: 'Hi' }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 8, completion_tokens: 1, total_tokens: 9 },
  };
  const received: string[] = [];
  let provider: Server;
  let system: TestSystem;

  beforeAll(async () => {
    provider = createServer((request, response) => {
      void readText(request).then((body) => {
        received.push(body);
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(completion));
      });
    }).listen(0, '127.0.0.1');
    await once(provider, 'listening');
    const { port } = provider.address() as AddressInfo;
    system = await startSystem({
      providerEnvironment: { OPENAI_API_KEY: 'test', OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1` },
    });
  }, 60_000);

  afterAll(async () => {
    await system.stop();
    provider.close();
  });

  test('the provider gets the request without it', async () => {
    const customer = await TestCustomer.create(system, '1');
    const answer = await customer.chat({ model: 'gpt-4o-mini', max_cost: 0.5, messages });
    expect(answer.json().usage).toMatchObject({ prompt_tokens: 8, cost: '0.0000018' });
    expect(received).toHaveLength(1);
    expect(JSON.parse(received[0]!)).toMatchObject({ messages });
    expect(received[0]).not.toContain('max_cost');
  });
});
