import { generateApiKey } from '@tokenroute/api-key';
import { ledgerViolations, startSystem, TestCustomer, type TestSystem } from '@tokenroute/testing';
import pg from 'pg';

const maxPerProvider = 2;
const body = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hello' }] };

/** Trouble with our own parts is a 503, never a 401, 402 or 502. */
describe('POST /v1/chat/completions when a part of ours is down', () => {
  let system: TestSystem;
  let customer: TestCustomer;
  let database: pg.Client;

  beforeAll(async () => {
    system = await startSystem({
      environment: {
        gateway: {
          BILLING_TIMEOUT_MS: '500',
          AUTH_TIMEOUT_MS: '500',
          MAX_REQUESTS_PER_PROVIDER: String(maxPerProvider),
        },
      },
    });
    customer = await TestCustomer.create(system, '1');
    database = new pg.Client({ connectionString: system.databaseUrl });
    await database.connect();
  }, 60_000);

  afterAll(async () => {
    await database.end();
    await system.stop();
  });

  async function refusalsOfProviders(): Promise<number> {
    const text = await (await fetch(system.addresses['gateway']!.metrics!)).text();
    return Number(/^tokenroute_overload_refusals_total{reason="provider"} (\d+)$/m.exec(text)?.[1]);
  }

  async function expectUnavailable(answer: {
    status: number;
    headers: Headers;
    text: string;
  }): Promise<void> {
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toMatch(/^[123]$/);
    expect(JSON.parse(answer.text)).toEqual({
      error: { message: expect.any(String), type: 'service_unavailable_error', code: 503, param: null },
    });
  }

  test('billing down', async () => {
    expect((await customer.chat(body)).status).toBe(200);
    await system.kill('billing');
    await expectUnavailable(await customer.chat(body));
    await system.restart('billing');
    expect((await customer.chat(body)).status).toBe(200);
  });

  test('auth down: a key that was just used goes on, a new one is 503', async () => {
    const stranger = await TestCustomer.create(system, '1');
    expect((await customer.chat(body)).status).toBe(200);
    await system.kill('auth');
    expect((await customer.chat(body)).status).toBe(200);
    await expectUnavailable(await stranger.chat(body));
    const response = await fetch(`${system.baseUrl}/models`, {
      headers: { authorization: `Bearer ${generateApiKey()}` },
    });
    expect(response.status).toBe(503);
    await system.restart('auth');
    const restartedAt = Date.now();
    let askedAt = restartedAt;
    while ((await stranger.chat(body)).status !== 200) {
      expect(askedAt - restartedAt).toBeLessThan(3_000);
      askedAt = Date.now();
    }
  });

  test('adapter down: 503, and nothing stays held', async () => {
    await system.kill('adapter-openai');
    await expectUnavailable(await customer.chat(body));
    expect((await customer.settledAccount()).heldNanoUsd).toBe(0n);
    await system.restart('adapter-openai');
    expect((await customer.chat(body)).status).toBe(200);
    expect(await ledgerViolations(system)).toEqual([]);
  });

  test('adapter lost in the middle of a stream: an error event without [DONE], free of charge', async () => {
    const before = (await customer.settledAccount()).balanceNanoUsd;
    const content = '[[sim:tokens=500;chunk-delay=20]]';
    const response = await fetch(`${system.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${customer.key.secret}` },
      body: JSON.stringify({ ...body, stream: true, messages: [{ role: 'user', content }] }),
    });
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = (await reader.read()).value!;
    await system.kill('adapter-openai');
    for (let next = await reader.read(); !next.done; next = await reader.read()) text += next.value;
    expect(text).not.toContain('[DONE]');
    expect(text).toContain('"code":503');
    expect((await customer.settledAccount()).balanceNanoUsd).toBe(before);
    await system.restart('adapter-openai');
  });

  test('a provider with as many requests as it may have gets no more: 503 without a hold, until one has ended', async () => {
    const content = '[[sim:tokens=500;chunk-delay=20]]';
    const leave = new AbortController();
    const stream = () =>
      fetch(`${system.baseUrl}/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${customer.key.secret}` },
        body: JSON.stringify({ ...body, stream: true, messages: [{ role: 'user', content }] }),
        signal: leave.signal,
      });
    for (let taken = 0; taken < maxPerProvider; taken += 1) expect((await stream()).status).toBe(200);
    const refused = await TestCustomer.create(system, '1');
    await expectUnavailable(await refused.chat(body));
    // A hold that had been taken would be given back in the background, and be there as ended.
    const { rows } = await database.query('SELECT FROM billing.holds WHERE account_id = $1', [
      refused.accountId,
    ]);
    expect(rows).toEqual([]);
    expect(await refusalsOfProviders()).toBe(1);
    leave.abort();
    while ((await refused.chat(body)).status !== 200);
  });
});
