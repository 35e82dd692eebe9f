import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import {
  type Release,
  ReleaseRequest,
  ReleaseResponse,
  type Reservation,
  ReserveRequest,
  ReserveResponse,
  type Settlement,
  SettleRequest,
  SettleResponse,
  subjects,
} from '@tokenroute/contracts';
import { ledgerViolations, startSystem, TestCustomer, type TestSystem } from '@tokenroute/testing';
import pg from 'pg';
import { Agent, request } from 'undici';
import { FundsWatch } from './funds-watch.js';
import { FlatPrice } from './price-rows.js';
import { endedRequests, everyRequest, type JournalEntry } from './simulator-journal.js';

const concurrent = 500;

interface Question {
  id: string;
  customer: TestCustomer;
  model: 'gpt-4o' | 'gpt-4o-mini';
  stream: boolean;
  /** The provider fails instead of answering. */
  fails: boolean;
  tokens: number;
}

interface Reply {
  id: string;
  customer: TestCustomer;
  model: string;
  status: number;
  /** What the answer says it cost. */
  cost: string | null;
}

/** Everybody at once: nobody overdraws, nothing is lost, and what is charged is what the provider reported. */
describe('500 requests at once', () => {
  const dispatcher = new Agent({ connections: concurrent });
  let system: TestSystem;
  let database: pg.Client;
  let nats: NatsConnection;
  let prices: Record<string, FlatPrice>;

  beforeAll(async () => {
    system = await startSystem({ billings: 2 });
    nats = await connect({ servers: system.natsUrl });
    database = new pg.Client({ connectionString: system.databaseUrl });
    await database.connect();
    prices = {
      'gpt-4o': await FlatPrice.of(database, 'gpt-4o'),
      'gpt-4o-mini': await FlatPrice.of(database, 'gpt-4o-mini'),
    };
  }, 120_000);

  afterAll(async () => {
    await dispatcher.close();
    await nats.close();
    await database.end();
    await system.stop();
  });

  /** As OpenAI's clients do: who is told that there is too much to do comes again when told to. */
  async function ask(question: Question): Promise<Reply> {
    for (;;) {
      const { retryAfter, ...reply } = await askOnce(question);
      if (reply.status !== 503 || retryAfter === undefined) return reply;
      await delay(1_000 * Number(retryAfter));
    }
  }

  async function askOnce({ id, customer, model, stream, fails, tokens }: Question) {
    const script = `id=${id};ttfb=300;tokens=${tokens};${fails ? 'status=500' : 'usage=cached:5'}`;
    const { statusCode, headers, body } = await request(`${system.baseUrl}/chat/completions`, {
      dispatcher,
      method: 'POST',
      headers: { authorization: `Bearer ${customer.key.secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        model,
        max_tokens: 100,
        messages: [{ role: 'user', content: `Hello [[sim:${script}]]` }],
        ...(stream && { stream, stream_options: { include_usage: true } }),
      }),
    });
    const cost = /"cost":"([\d.]+)"/.exec(await body.text())?.[1] ?? null;
    return { id, customer, model, status: statusCode, cost, retryAfter: headers['retry-after'] };
  }

  /** A tenth of all fails at the provider, half are streams. */
  function questions(name: string, customerOf: (index: number) => TestCustomer): Question[] {
    return Array.from({ length: concurrent }, (_, index) => ({
      id: `${name}-${index}`,
      customer: customerOf(index),
      model: 'gpt-4o-mini',
      stream: index % 2 === 0,
      fails: index % 10 === 9,
      tokens: 30 + (index % 40),
    }));
  }

  const nanoUsdOf = (decimal: string) => {
    const [whole, fraction] = decimal.split('.') as [string, string];
    return BigInt(whole) * 1_000_000_000n + BigInt(fraction.padEnd(9, '0'));
  };

  /** Waits until no hold is open; what each account has then. */
  async function balances(customers: TestCustomer[]): Promise<Map<string, bigint>> {
    const accounts = customers.map(
      async (customer) => [customer.accountId, (await customer.settledAccount()).balanceNanoUsd] as const,
    );
    return new Map(await Promise.all(accounts));
  }

  async function work(asked: Question[]): Promise<Reply[]> {
    const { result, seen } = await FundsWatch.during(system.databaseUrl, () => Promise.all(asked.map(ask)));
    expect(seen).toMatchObject({ overdrawn: 0, unexplained: 0 });
    expect(seen.looks).toBeGreaterThan(3);
    expect(seen.mostHeld).toBeGreaterThan(0n);
    return result;
  }

  /** By the oracle: what the provider reported of each request, priced here. */
  async function expectChargedAsReported(
    asked: Question[],
    replies: Reply[],
    initialNanoUsd: (customer: TestCustomer) => bigint,
  ): Promise<void> {
    const failing = new Set(asked.filter(({ fails }) => fails).map(({ id }) => id));
    const sent = replies.filter(({ status }) => status !== 402);
    expect(sent.map(({ id, status }) => [id, status])).toEqual(
      sent.map(({ id }) => [id, failing.has(id) ? 502 : 200]),
    );
    const reported = await reportedOf(asked, sent);
    const customers = [...new Set(replies.map(({ customer }) => customer))];
    const spent = new Map(customers.map(({ accountId }) => [accountId, 0n]));
    for (const { id, customer, model, cost } of sent) {
      if (failing.has(id)) continue;
      const { usage, complete } = reported.get(id)!;
      expect(complete).toBe(true);
      const costNanoUsd = prices[model]!.costNanoUsd(usage!);
      expect([id, nanoUsdOf(cost!)]).toEqual([id, costNanoUsd]);
      spent.set(customer.accountId, spent.get(customer.accountId)! + costNanoUsd);
    }
    const left = customers.map(
      (customer) => [customer.accountId, initialNanoUsd(customer) - spent.get(customer.accountId)!] as const,
    );
    expect(await balances(customers)).toEqual(new Map(left));
    expect(await ledgerViolations(system)).toEqual([]);
  }

  /** What the provider says of each request. Of one that was refused here it has not heard. */
  async function reportedOf(asked: Question[], sent: Reply[]): Promise<Map<string, JournalEntry>> {
    const reported = await endedRequests(system, ...sent.map(({ id }) => id));
    const heardOf = await everyRequest(system);
    const refused = asked.filter(({ id }) => !sent.some((reply) => reply.id === id));
    expect(refused.filter(({ id }) => heardOf.some((entry) => entry.id === id))).toEqual([]);
    return new Map(reported.map((entry) => [entry.id, entry]));
  }

  test('on one account that cannot pay for all: each is paid exactly, or refused before it is sent', async () => {
    const customer = await TestCustomer.create(system, '0.02');
    const asked = questions('one', () => customer).map((question, index) => ({
      ...question,
      model: index % 5 === 0 ? ('gpt-4o' as const) : question.model,
    }));
    const replies = await work(asked);
    const answered = replies.filter(({ status }) => status === 200).length;
    expect(answered).toBeGreaterThan(20);
    // All of them together cost more than there is.
    expect(replies.filter(({ status }) => status === 402).length).toBeGreaterThan(0);
    await expectChargedAsReported(asked, replies, () => 20_000_000n);
  }, 60_000);

  /** A hundred; every fifth has money for hardly more than one request. */
  async function hundredCustomers(): Promise<{ customers: TestCustomer[]; poor: Set<TestCustomer> }> {
    const customers: TestCustomer[] = [];
    // Five at a time: the operator's calls have deadlines, and the crowd is to come later.
    while (customers.length < 100) {
      const funds = ['0.0001', '1', '1', '1', '1'];
      customers.push(...(await Promise.all(funds.map((usd) => TestCustomer.create(system, usd)))));
    }
    return { customers, poor: new Set(customers.filter((_, index) => index % 5 === 0)) };
  }

  const initialOf = (poor: Set<TestCustomer>) => (customer: TestCustomer) =>
    poor.has(customer) ? 100_000n : 1_000_000_000n;

  test('on a hundred accounts, some nearly empty: each pays for its own requests, exactly', async () => {
    const { customers, poor } = await hundredCustomers();
    const asked = questions('many', (index) => customers[index % customers.length]!);
    const replies = await work(asked);
    const refused = replies.filter(({ status }) => status === 402);
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.filter(({ customer }) => !poor.has(customer))).toEqual([]);
    await expectChargedAsReported(asked, replies, initialOf(poor));
  }, 60_000);

  const orders: ((ids: TestCustomer[], turn: number) => TestCustomer[])[] = [
    (customers) => customers.toSorted((a, b) => (a.accountId < b.accountId ? -1 : 1)),
    (customers) => customers.toSorted((a, b) => (a.accountId < b.accountId ? 1 : -1)),
    (customers, turn) =>
      customers
        .map((customer, index) => ({ customer, rank: ((index + turn) * 37) % 101 }))
        .sort((a, b) => a.rank - b.rank)
        .map(({ customer }) => customer),
  ];

  const call = async (subject: string, payload: Uint8Array) =>
    (await nats.request(subject, payload, { timeout: 30_000 })).data;

  async function reserve(items: Reservation[]) {
    const payload = ReserveRequest.encode({ gatewayId: randomUUID(), items }).finish();
    return ReserveResponse.decode(await call(subjects.reserve, payload)).results;
  }

  async function settle(items: Settlement[]) {
    const payload = SettleRequest.encode({ items }).finish();
    return SettleResponse.decode(await call(subjects.settle, payload)).results;
  }

  async function release(items: Release[]) {
    const payload = ReleaseRequest.encode({ items }).finish();
    return ReleaseResponse.decode(await call(subjects.release, payload)).results;
  }

  test('in batches that name their accounts in every order, at two billing services: no overdraft, exact charges', async () => {
    const { customers, poor } = await hundredCustomers();
    const spent = new Map(customers.map(({ accountId }) => [accountId, 0n]));

    /** Holds one request of every customer, settles half of what is held and releases the other half. */
    const turn = async (number: number) => {
      const order = (at: number) => orders[(number + at) % orders.length]!;
      const items = order(0)(customers, number).map(({ accountId, key }) => ({
        holdId: randomUUID(),
        accountId,
        keyId: key.id,
        model: 'gpt-4o-mini',
        inputTokensBound: 40,
        outputTokensLimit: 100,
      }));
      const results = await reserve(items);
      const holds = items.flatMap((item, index) => {
        const { outcome } = results[index]!;
        if (outcome?.$case === 'insufficientFunds') return [];
        return [{ item, priceId: outcome?.$case === 'held' ? outcome.value.priceId : -1n }];
      });
      // A refusal would be a batch that failed.
      expect(holds.filter(({ priceId }) => priceId < 0n)).toEqual([]);
      const ofOwner = new Map(holds.map((hold) => [hold.item.accountId, hold]));
      const inOrder = (at: number, parity: number) =>
        order(at)(customers, number)
          .flatMap(({ accountId }) => ofOwner.get(accountId) ?? [])
          .filter(({ item }) => items.indexOf(item) % 2 === parity);

      const settlements = inOrder(1, number % 2).map(({ item, priceId }, index): Settlement => ({
        holdId: item.holdId,
        accountId: item.accountId,
        keyId: item.keyId,
        model: item.model,
        priceId,
        usage: {
          inputTokens: 1 + (index % 40),
          cachedInputTokens: 0,
          cacheWrite5mTokens: 0,
          cacheWrite1hTokens: 0,
          audioInputTokens: 0,
          outputTokens: 1 + ((index + number) % 100),
          reasoningTokens: 0,
          estimated: false,
        },
        usedAtUnixMs: BigInt(Date.now()),
      }));
      const releases = inOrder(2, 1 - (number % 2)).map(({ item: { holdId, accountId } }) => ({
        holdId,
        accountId,
      }));
      const [settled, released] = await Promise.all([settle(settlements), release(releases)]);
      expect(released.map(({ outcome }) => outcome?.$case)).toEqual(releases.map(() => 'released'));
      settlements.forEach(({ accountId, usage }, index) => {
        const { inputTokens: input, outputTokens: output } = usage!;
        const costNanoUsd = prices['gpt-4o-mini']!.costNanoUsd({ input, cached: 0, output });
        expect(settled[index]!.outcome).toMatchObject({
          $case: 'charged',
          value: { costNanoUsd, chargedNanoUsd: costNanoUsd },
        });
        spent.set(accountId, spent.get(accountId)! + costNanoUsd);
      });
    };

    const lanes = Array.from({ length: 24 }, (_, lane) => async () => {
      for (let round = 0; round < 3; round += 1) await turn(lane * 3 + round);
    });
    const { seen } = await FundsWatch.during(system.databaseUrl, () =>
      Promise.all(lanes.map((lane) => lane())),
    );
    expect(seen).toMatchObject({ overdrawn: 0, unexplained: 0 });
    const left = customers.map(
      (customer) => [customer.accountId, initialOf(poor)(customer) - spent.get(customer.accountId)!] as const,
    );
    expect(await balances(customers)).toEqual(new Map(left));
    expect(await ledgerViolations(system)).toEqual([]);
  }, 60_000);

  test('and in all of this the database saw no deadlock', async () => {
    // A connection's last counts arrive when it ends.
    for (const service of ['gateway', 'auth', 'billing', 'billing-2']) await system.kill(service, 'SIGTERM');
    const count = async (statement: string) =>
      Number((await database.query<{ count: string }>(statement)).rows[0]!.count);
    const others =
      'SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()';
    while ((await count(others)) > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(
      await count('SELECT deadlocks AS count FROM pg_stat_database WHERE datname = current_database()'),
    ).toBe(0);
  });
});
