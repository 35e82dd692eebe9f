import { ledgerViolations, startSystem, TestCustomer, type TestSystem } from '@tokenroute/testing';
import pg from 'pg';
import { FlatPrice } from './price-rows.js';
import { endedRequests, requestReceived } from './simulator-journal.js';

interface Receipt {
  state: string;
  hold_usd: string;
  charged: string;
  estimated: boolean;
  usage: { input_tokens: number; cached_input_tokens: number; output_tokens: number } | null;
}

/** Where closing the connection ends what the provider bills, and where it does not. */
const stopping = [
  ['openai', 'gpt-4o-mini'],
  ['anthropic', 'claude-haiku-4-5'],
  ['deepseek', 'deepseek-chat'],
] as const;
const runningOn = [
  ['google', 'gemini-2.0-flash'],
  ['mistral', 'mistral-large'],
] as const;

const initialNanoUsd = 1_000_000_000n;

/** The client goes away in the middle: who pays what is decided by what the provider bills. */
describe('a client that goes away', () => {
  let system: TestSystem;
  let database: pg.Client;
  let customer: TestCustomer;

  beforeAll(async () => {
    system = await startSystem({
      providers: [...stopping, ...runningOn].map(([provider]) => provider),
      environment: { 'adapter-google': { READ_AFTER_CANCEL_MS: '3000' } },
    });
    database = new pg.Client({ connectionString: system.databaseUrl });
    await database.connect();
  }, 120_000);

  beforeEach(async () => {
    customer = await TestCustomer.create(system, '1');
  });

  afterAll(async () => {
    expect(await ledgerViolations(system)).toEqual([]);
    await database.end();
    await system.stop();
  });

  function send(body: object, signal: AbortSignal): Promise<Response> {
    return fetch(`${system.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${customer.key.secret}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal,
    });
  }

  const request = (model: string, script: string, stream: boolean) => ({
    model,
    stream,
    max_tokens: 1_000,
    messages: [{ role: 'user', content: `Hello [[sim:${script}]]` }],
  });

  /** Leaves as soon as something of the answer has come. */
  async function leaveStream(model: string, script: string): Promise<void> {
    const controller = new AbortController();
    const response = await send(request(model, script, true), controller.signal);
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    while (!/"content":"[^"]/.test(text)) text += (await reader.read()).value!;
    controller.abort();
  }

  /** Leaves when the provider has the request, before anything has come. */
  async function leavePlain(model: string, script: string, id: string): Promise<void> {
    const controller = new AbortController();
    const answer = send(request(model, script, false), controller.signal);
    await requestReceived(system, id);
    controller.abort();
    await expect(answer).rejects.toThrow();
  }

  /** The customer's one request, when its hold has ended. */
  async function receipt(): Promise<Receipt> {
    await customer.settledAccount();
    const { rows } = await database.query<{ id: string }>(
      'SELECT id FROM billing.holds WHERE account_id = $1',
      [customer.accountId],
    );
    expect(rows).toHaveLength(1);
    return (await customer.request('GET', `/usage/${rows[0]!.id}`)).json() as Receipt;
  }

  async function spentNanoUsd(): Promise<bigint> {
    return initialNanoUsd - (await customer.settledAccount()).balanceNanoUsd;
  }

  async function expectChargedAsReported(model: string, id: string): Promise<void> {
    const { state, estimated, usage } = await receipt();
    const [entry, ...others] = await endedRequests(system, id);
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ complete: true, clientGoneAt: null });
    const { input, cached, output } = entry!.usage!;
    expect({ state, estimated, usage }).toMatchObject({
      state: 'settled',
      estimated: false,
      usage: { input_tokens: input, cached_input_tokens: cached, output_tokens: output },
    });
    expect(await spentNanoUsd()).toBe((await FlatPrice.of(database, model)).costNanoUsd(entry!.usage!));
  }

  async function expectChargedForWhatCame(id: string): Promise<void> {
    const { state, estimated, usage, charged, hold_usd: held } = await receipt();
    const [entry] = await endedRequests(system, id);
    expect(entry).toMatchObject({ complete: false, clientGoneAt: expect.any(Number) as number });
    expect({ state, estimated }).toEqual({ state: 'settled', estimated: true });
    expect(usage!.output_tokens).toBeGreaterThan(0);
    // Four bytes are a token to the simulator as to an estimate.
    expect(usage!.output_tokens).toBeLessThanOrEqual(entry!.tokensWritten);
    expect(entry!.tokensWritten).toBeLessThan(entry!.usage!.output);
    expect(Number(charged)).toBeLessThanOrEqual(Number(held));
  }

  describe.each(stopping)('from %s, whose meter stops', (provider, model) => {
    test('pays for what had come of a stream, and the provider is told to stop', async () => {
      const id = `${provider}-stream`;
      await leaveStream(model, `id=${id};tokens=800;chunk-delay=50`);
      await expectChargedForWhatCame(id);
    });

    test('pays nothing for a plain answer, and the provider is told to stop', async () => {
      const id = `${provider}-plain`;
      await leavePlain(model, `id=${id};ttfb=60000`, id);
      expect(await receipt()).toMatchObject({ state: 'released', charged: '0.00', usage: null });
      const [entry] = await endedRequests(system, id);
      expect(entry).toMatchObject({ tokensWritten: 0, clientGoneAt: expect.any(Number) as number });
    });
  });

  describe.each(runningOn)('from %s, whose meter runs on', (provider, model) => {
    test('pays for all of a stream, exactly, after it was read to the end', async () => {
      const id = `${provider}-stream`;
      await leaveStream(model, `id=${id};tokens=120;chunk-tokens=2;chunk-delay=10`);
      await expectChargedAsReported(model, id);
    });

    test('pays for a plain answer, exactly, after it was read', async () => {
      const id = `${provider}-plain`;
      await leavePlain(model, `id=${id};ttfb=500;tokens=70`, id);
      await expectChargedAsReported(model, id);
    });

    test('pays nothing when the provider fails after all', async () => {
      const id = `${provider}-broken`;
      await leaveStream(model, `id=${id};tokens=60;chunk-tokens=2;chunk-delay=10;no-finish`);
      expect(await receipt()).toMatchObject({ state: 'released', charged: '0.00', usage: null });
    });

    test('pays nothing when the provider refuses after all, which is not asked again', async () => {
      const id = `${provider}-refused`;
      await leavePlain(model, `id=${id};ttfb=300;status=503`, id);
      expect(await receipt()).toMatchObject({ state: 'released', charged: '0.00', usage: null });
      expect(await endedRequests(system, id)).toHaveLength(1);
    });
  });

  test('pays for what had come when a provider whose meter runs on takes too long', async () => {
    await leaveStream('gemini-2.0-flash', 'id=endless;tokens=800;stall-after=5');
    await expectChargedForWhatCame('endless');
  });

  test('is charged by a gateway that is told to end before the answer has', async () => {
    await leaveStream('mistral-large', 'id=ending;tokens=120;chunk-delay=20');
    await system.kill('gateway', 'SIGTERM');
    const { rows } = await database.query<{ state: string }>(
      'SELECT state FROM billing.holds WHERE account_id = $1',
      [customer.accountId],
    );
    expect(rows).toEqual([{ state: 'settled' }]);
    await system.restart('gateway');
    await expectChargedAsReported('mistral-large', 'ending');
  }, 90_000);
});
