import { ledgerViolations, startSystem, TestCustomer, type TestSystem } from '@tokenroute/testing';
import pg from 'pg';
import { administer } from './administer.js';

interface HoldRow {
  state: string;
  price_id: string;
  charged: string | null;
}

interface Rates {
  inputPicoUsd: bigint;
  outputPicoUsd: bigint;
}

/** An administrator changes models and prices while customers are served. */
describe('a change of the catalogue', () => {
  let system: TestSystem;
  let database: pg.Client;

  beforeAll(async () => {
    system = await startSystem();
    database = new pg.Client({ connectionString: system.databaseUrl });
    await database.connect();
  }, 60_000);

  afterAll(async () => {
    await database.end();
    await system.stop();
  });

  async function holdOf(requestId: string): Promise<HoldRow | undefined> {
    const { rows } = await database.query<HoldRow>(
      'SELECT state, price_id, charged_nano_usd AS charged FROM billing.holds WHERE id = $1',
      [requestId],
    );
    return rows[0];
  }

  /** The hold of an account's request that is under way, as soon as it is taken. */
  async function openHoldOf(customer: TestCustomer): Promise<string> {
    for (;;) {
      const { rows } = await database.query<{ id: string }>(
        `SELECT id FROM billing.holds WHERE account_id = $1 AND state = 'held'`,
        [customer.accountId],
      );
      if (rows[0]) return rows[0].id;
    }
  }

  /** Asks GET /v1/models for at most a second. */
  async function withinASecond(customer: TestCustomer, id: string, expected: object): Promise<void> {
    const deadline = performance.now() + 1_000;
    for (;;) {
      const listed = (await customer.request('GET', '/models')).json() as { data: { id: string }[] };
      const model = listed.data.find((each) => each.id === id);
      try {
        expect(model).toMatchObject(expected);
        return;
      } catch (error) {
        if (performance.now() > deadline) throw error;
      }
    }
  }

  function ask(customer: TestCustomer, model: string, script: string) {
    return customer.chat({ model, messages: [{ role: 'user', content: `Hello [[sim:${script}]]` }] });
  }

  /** What an answer costs by its usage, rounded up once to a nano-USD. */
  function costOf(
    usage: { prompt_tokens: number; completion_tokens: number },
    { inputPicoUsd, outputPicoUsd }: Rates,
  ): string {
    const picoUsd =
      BigInt(usage.prompt_tokens) * inputPicoUsd + BigInt(usage.completion_tokens) * outputPicoUsd;
    return ((picoUsd + 999n) / 1_000n).toString();
  }

  async function upstreamModelOf(id: string): Promise<string> {
    const response = await fetch(`${system.simulatorUrl}/_simulator/requests?id=${id}`);
    const { body } = (await response.json()) as { body: string | { model: string } };
    return (typeof body === 'string' ? (JSON.parse(body) as { model: string }) : body).model;
  }

  test('is seen within a second, charged from the next request on, and leaves open holds at their price', async () => {
    const customer = await TestCustomer.create(system, '1');
    const before = ask(customer, 'gpt-4o-mini', 'ttfb=5000;id=before');
    const openHold = await openHoldOf(customer);
    const { price_id: oldPrice } = (await holdOf(openHold))!;

    await administer(system, 'model', 'put', 'gpt-4o-mini', '--upstream', 'gpt-4o-2024-11-20');
    await withinASecond(customer, 'gpt-4o-mini', { upstream_model: 'gpt-4o-2024-11-20' });
    const newPrice = await administer(
      system,
      ...['price', 'add', 'gpt-4o-mini', '--input', '3.141592', '--output', '17', '--source', 'a test'],
    );
    await withinASecond(customer, 'gpt-4o-mini', { pricing: { input: '3.141592', output: '17.00' } });

    const after = await ask(customer, 'gpt-4o-mini', 'id=after');
    expect(after.status).toBe(200);
    expect(after.headers.get('x-tokenroute-upstream-model')).toBe('gpt-4o-2024-11-20');
    expect(await upstreamModelOf('after')).toBe('gpt-4o-2024-11-20');
    expect(await holdOf(after.headers.get('x-request-id')!)).toEqual({
      state: 'settled',
      price_id: newPrice.id,
      charged: costOf(after.json().usage, { inputPicoUsd: 3_141_592n, outputPicoUsd: 17_000_000n }),
    });

    // All of this happened while the first request was under way.
    expect(await holdOf(openHold)).toMatchObject({ state: 'held' });
    const answer = await before;
    expect(answer.status).toBe(200);
    expect(answer.headers.get('x-request-id')).toBe(openHold);
    expect(answer.headers.get('x-tokenroute-upstream-model')).toBe('gpt-4o-mini-2024-07-18');
    expect(await upstreamModelOf('before')).toBe('gpt-4o-mini-2024-07-18');
    expect(await holdOf(openHold)).toEqual({
      state: 'settled',
      price_id: oldPrice,
      charged: costOf(answer.json().usage, { inputPicoUsd: 150_000n, outputPicoUsd: 600_000n }),
    });
    expect(await ledgerViolations(system)).toEqual([]);
  });

  test('can bring a new model, which is sold from its first price on', async () => {
    const customer = await TestCustomer.create(system, '1');
    await administer(
      system,
      ...['model', 'put', 'house-blend', '--provider', 'openai', '--upstream', 'gpt-4o-2024-11-20'],
      ...['--owned-by', 'acme', '--context', '128000', '--max-output', '4096', '--capabilities', 'tools'],
    );
    expect((await ask(customer, 'house-blend', 'id=unpriced')).status).toBe(404);
    await administer(system, 'price', 'add', 'house-blend', '--input', '1', '--output', '2');
    await withinASecond(customer, 'house-blend', {
      owned_by: 'acme',
      context_length: 128_000,
      capabilities: ['tools'],
      pricing: { input: '1.00', cached_input: '1.00', output: '2.00' },
    });
    expect((await ask(customer, 'house-blend', 'id=priced')).status).toBe(200);
  });

  test('announced for later changes nothing today', async () => {
    const customer = await TestCustomer.create(system, '1');
    const { prices: known } = (await administer(system, 'price', 'list', 'gpt-4o')) as unknown as {
      prices: { id: string; state: string }[];
    };
    const later = ['--effective-from', '2100-01-01'];
    await administer(system, 'price', 'add', 'gpt-4o', '--input', '9', '--output', '9', ...later);
    const answer = await ask(customer, 'gpt-4o', 'id=today');
    expect(await holdOf(answer.headers.get('x-request-id')!)).toMatchObject({ price_id: known[0]!.id });
    const { prices } = (await administer(system, 'price', 'list', 'gpt-4o')) as unknown as {
      prices: { id: string; state: string }[];
    };
    expect(prices.map(({ state }) => state)).toEqual(['to come', 'in force']);
  });
});
