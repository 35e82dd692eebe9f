import { parseUsd } from '@tokenroute/money';
import { ledgerViolations, startSystem, TestCustomer, type TestSystem } from '@tokenroute/testing';
import pg from 'pg';
import { FlatPrice } from './price-rows.js';
import { endedRequests, everyRequest } from './simulator-journal.js';

const requests = 200;
const initialNanoUsd = 10_000_000_000n;
/** Every fourth request is for a model that the key may not use; the others, two of them, differ in what they are held for. */
const models = ['gpt-4o-mini', 'gpt-4o', 'gpt-4o-mini', 'mistral-large'];
const allowedModels = ['gpt-4o*'];

interface Asked {
  id: string;
  model: string;
  status: number;
  message: string;
}

interface KeyMonth {
  held: bigint;
  charged: bigint;
}

/** A key's monthly budget and its models, at two gateways at once. */
describe('a key with a monthly budget and a list of models', () => {
  let system: TestSystem;
  let database: pg.Client;

  beforeAll(async () => {
    system = await startSystem({ gateways: 2, providers: ['openai', 'mistral'] });
    database = new pg.Client({ connectionString: system.databaseUrl });
    await database.connect();
  }, 120_000);

  afterAll(async () => {
    await database?.end();
    await system?.stop();
  });

  async function ask(secret: string, index: number, model: string, script: string): Promise<Asked> {
    const id = `${secret.slice(-4)}-${index}`;
    const response = await fetch(`${system.gatewayUrls[index % 2]}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        model,
        max_completion_tokens: 100,
        messages: [{ role: 'user', content: `Hello [[sim:id=${id};tokens=60${script}]]` }],
      }),
    });
    const { error } = (await response.json()) as { error?: { message: string } };
    return { id, model, status: response.status, message: error?.message ?? '' };
  }

  /** The most that a request is held for. */
  async function ceilingOf(model: string): Promise<bigint> {
    const customer = await TestCustomer.create(system, '1');
    const answer = await customer.chat(
      {
        model,
        max_completion_tokens: 100,
        messages: [{ role: 'user', content: 'Hello [[sim:id=abcd-199;tokens=60;ttfb=400]]' }],
      },
      { headers: { 'x-tokenroute-dry-run': 'true' } },
    );
    expect(answer.status).toBe(200);
    return parseUsd(String(answer.json().ceiling_usd));
  }

  async function monthOf(keyId: string): Promise<KeyMonth | undefined> {
    const { rows } = await database.query<{ held: string; charged: string }>(
      `SELECT held_nano_usd AS held, charged_nano_usd AS charged FROM billing.key_months WHERE key_id = $1`,
      [keyId],
    );
    // Two of them: a month ended in the middle of the test.
    expect(rows.length).toBeLessThanOrEqual(1);
    return rows[0] && { held: BigInt(rows[0].held), charged: BigInt(rows[0].charged) };
  }

  /** Looks at what the key has used until the work is done; the most of it, and how often it looked. */
  async function watch(keyId: string, work: Promise<unknown>): Promise<{ most: bigint; looks: number }> {
    let done = false;
    const ended = work.finally(() => (done = true));
    let [most, looks] = [0n, 0];
    while (!done) {
      const month = await monthOf(keyId);
      if (month === undefined) continue;
      looks += 1;
      if (month.held + month.charged > most) most = month.held + month.charged;
    }
    await ended;
    return { most, looks };
  }

  /** What the provider's stand-in told of the requests, at the list prices. */
  async function costOf(answered: Asked[]): Promise<bigint> {
    const prices = new Map<string, FlatPrice>();
    for (const model of new Set(answered.map(({ model }) => model)))
      prices.set(model, await FlatPrice.of(database, model));
    const entries = await endedRequests(system, ...answered.map(({ id }) => id));
    expect(entries).toHaveLength(answered.length);
    return entries.reduce((sum, entry) => {
      const { model } = answered.find(({ id }) => id === entry.id)!;
      return sum + prices.get(model)!.costNanoUsd(entry.usage!);
    }, 0n);
  }

  test('keeps both under 200 requests at once', async () => {
    const budget = (await ceilingOf('gpt-4o-mini')) * 20n + (await ceilingOf('gpt-4o')) * 10n;
    const customer = await TestCustomer.create(system, '10', { allowedModels, monthlyBudgetNanoUsd: budget });
    const { id: keyId, secret } = customer.key;
    const crowd = Promise.all(
      Array.from({ length: requests }, (_, index) => ask(secret, index, models[index % 4]!, ';ttfb=400')),
    );
    const { most, looks } = await watch(keyId, crowd);
    const asked = await crowd;
    const of = (status: number) => asked.filter((each) => each.status === status);

    expect(new Set(asked.map(({ status }) => status))).toEqual(new Set([200, 402, 403]));
    expect(of(403).map(({ model }) => model)).toEqual(
      Array.from({ length: requests / 4 }, () => 'mistral-large'),
    );
    expect(new Set(of(403).map(({ message }) => message))).toEqual(
      new Set(['This API key may not use the model `mistral-large`.']),
    );
    for (const { message } of of(402))
      expect(message).toMatch(/^This API key's monthly budget has [0-9.]+ USD left/);
    expect(asked.filter(({ model }) => model === 'mistral-large').every(({ status }) => status === 403)).toBe(
      true,
    );
    expect(looks).toBeGreaterThan(1);
    expect(most).toBeGreaterThan(0n);
    expect(most).toBeLessThanOrEqual(budget);
    // Nothing that was refused went to the provider.
    const sent = (await everyRequest(system)).filter(({ id }) => id.startsWith(`${secret.slice(-4)}-`));
    expect(sent.map(({ id }) => id).sort()).toEqual(
      of(200)
        .map(({ id }) => id)
        .sort(),
    );

    // What holds had kept is there again; requests go on until the budget does not cover another one.
    const answered = of(200);
    let refused: Asked | undefined;
    for (let index = requests; refused === undefined; index += 1) {
      const next = await ask(secret, index, 'gpt-4o-mini', '');
      expect([200, 402]).toContain(next.status);
      if (next.status === 200) answered.push(next);
      else refused = next;
    }
    const { balanceNanoUsd } = await customer.settledAccount();
    const month = (await monthOf(keyId))!;
    const cost = await costOf(answered);
    expect(month).toEqual({ held: 0n, charged: cost });
    expect(cost).toBeLessThanOrEqual(budget);
    const left = parseUsd(/budget has ([0-9.]+) USD left/.exec(refused.message)![1]!);
    expect(left).toBe(budget - cost);
    expect(left).toBeLessThan(parseUsd(/highest possible cost of ([0-9.]+) USD/.exec(refused.message)![1]!));
    expect(balanceNanoUsd).toBe(initialNanoUsd - cost);
    expect(await ledgerViolations(system)).toEqual([]);
    process.stdout.write(
      `key limits: ${of(200).length} × 200, ${of(402).length} × 402, ${of(403).length} × 403 of ${requests}; ` +
        `most used ${most} of ${budget} nano-USD in ${looks} looks; ${answered.length} answered until it was spent\n`,
    );
  }, 120_000);

  test('says of the budget that it is the reason, and another key of the account goes on', async () => {
    const customer = await TestCustomer.create(system, '10', { monthlyBudgetNanoUsd: 1n });
    const refused = await customer.chat({
      model: 'gpt-4o-mini',
      messages: [{ role: 'user', content: 'Hello' }],
    });
    expect(refused.status).toBe(402);
    expect(refused.json().error).toMatchObject({ type: 'insufficient_quota', code: 402 });
    expect(refused.json().error.message).toMatch(/^This API key's monthly budget has 0\.000000001 USD left/);
    const { secret } = await system.createKey(customer.accountId);
    expect((await ask(secret, 0, 'gpt-4o-mini', '')).status).toBe(200);
  });
});
