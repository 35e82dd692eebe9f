import { startSystem, TestCustomer, type TestSystem } from '@tokenroute/testing';
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
  let system: TestSystem;
  let customer: TestCustomer;
  let client: OpenAI;

  beforeAll(async () => {
    system = await startSystem();
  }, 60_000);

  beforeEach(async () => {
    customer = await TestCustomer.create(system, '1');
    client = new OpenAI({ baseURL: system.baseUrl, apiKey: customer.key.secret, maxRetries: 0 });
  });

  afterAll(() => system.stop());

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
    expect(Date.now() - cancelledAt).toBeLessThan(1_000);
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
