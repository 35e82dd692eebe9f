import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { ledgerViolations, startSystem, TestCustomer, type TestSystem } from '@tokenroute/testing';
import pg from 'pg';
import { outageMs } from './config.js';
import { type Conversation, converse } from './converse.js';
import { FlatPrice } from './price-rows.js';
import { endedRequests } from './simulator-journal.js';

const initialNanoUsd = 100_000_000_000n;
const models = ['gpt-4o-mini', 'claude-haiku-4-5', 'mistral-large'];
const awayMs = outageMs();
const chunkDelayMs = Math.min(2_000, awayMs / 60);

interface Told extends Conversation {
  name: string;
  model: string;
}

interface HoldRow {
  id: string;
  state: string;
  charged: string | null;
}

/** NATS goes away in the middle of work and stays away: holds cannot be taken, and what was held is still paid once. */
describe(`NATS away for ${awayMs / 1_000} s`, () => {
  let system: TestSystem;
  let database: pg.Client;
  let prices: Map<string, FlatPrice>;

  beforeAll(async () => {
    system = await startSystem({
      providers: ['openai', 'anthropic', 'mistral'],
      environment: {
        billing: {
          // The outage is longer than the silence after which a gateway counts as dead: billing must not believe its own
          // deafness. What a gateway could not release expires afterwards.
          GATEWAY_SILENCE_MS: String(Math.max(4_000, Math.min(20_000, awayMs / 2))),
          HOLD_TIME_TO_LIVE_MS: String(awayMs + 60_000),
          SWEEP_INTERVAL_MS: '200',
        },
        // In a short outage more requests are turned away when each waits a shorter time.
        gateway: awayMs < 60_000 ? { BILLING_TIMEOUT_MS: '1000' } : {},
      },
    });
    database = new pg.Client({ connectionString: system.databaseUrl });
    await database.connect();
    prices = new Map(
      await Promise.all(
        models.map(async (model) => [model, await FlatPrice.of(database, model)] as [string, FlatPrice]),
      ),
    );
  }, 120_000);

  afterAll(async () => {
    await database?.end();
    await system?.stop();
  });

  async function ask(
    customer: TestCustomer,
    model: string,
    stream: boolean,
    script: string,
    onHead?: () => void,
  ): Promise<Told> {
    const name = randomUUID();
    const content = `Hello [[sim:id=${name};${script}]]`;
    const body = { model, stream, max_tokens: 2_000, messages: [{ role: 'user', content }] };
    return { name, model, ...(await converse(system, customer, body, onHead)) };
  }

  /** A stream of about so long; `begun` is told when it has begun. */
  function streamFor(
    customer: TestCustomer,
    model: string,
    ms: number,
    begun: Promise<void>[],
    fault = '',
  ): Promise<Told> {
    let onHead!: () => void;
    begun.push(new Promise((resolve) => (onHead = resolve)));
    const tokens = Math.ceil(ms / chunkDelayMs);
    const script = `chunk-tokens=1;chunk-delay=${Math.ceil(chunkDelayMs)};tokens=${tokens}${fault}`;
    return ask(customer, model, true, script, onHead);
  }

  /** Of every model streams and plain answers that end during the outage, streams that outlive it, and one that fails. */
  async function beginAnswers(customer: TestCustomer): Promise<Promise<Told>[]> {
    const begun: Promise<void>[] = [];
    const answers = models.flatMap((model) => [
      ...[0.1, 0.3, 0.6].map((part) => streamFor(customer, model, part * awayMs, begun)),
      ...[1.2, 1.3].map((part) => streamFor(customer, model, part * awayMs, begun)),
      streamFor(customer, model, 0.4 * awayMs, begun, `;error-in-stream=20`),
      ...[0.2, 0.4, 0.7].map((part) =>
        ask(customer, model, false, `tokens=30;ttfb=${Math.ceil(Math.min(part * awayMs, 45_000))}`),
      ),
    ]);
    await Promise.race([Promise.all(begun), Promise.all(answers)]);
    while ((await holdsOf(customer)).length < answers.length) await pause(20);
    return answers;
  }

  async function holdsOf(customer: TestCustomer): Promise<HoldRow[]> {
    const { rows } = await database.query<HoldRow>(
      'SELECT id, state, charged_nano_usd AS charged FROM billing.holds WHERE account_id = $1',
      [customer.accountId],
    );
    return rows;
  }

  /** Asks for answers until there is one again; all that came until then. */
  async function askThroughout(
    customer: TestCustomer,
  ): Promise<{ status: number; retryAfter: string | null }[]> {
    const replies: { status: number; retryAfter: string | null }[] = [];
    do {
      const { status, headers } = await customer.chat({
        model: 'gpt-4o-mini',
        messages: [{ role: 'user', content: 'Hello [[sim:usage=input:0,output:0]]' }],
      });
      replies.push({ status, retryAfter: headers.get('retry-after') });
      if (status !== 200) await pause(250);
    } while (replies.at(-1)!.status !== 200);
    return replies;
  }

  test(
    'complete answers are charged exactly and once, others are free, new requests are told to come back',
    async () => {
      const customer = await TestCustomer.create(system, '100');
      const latecomer = await TestCustomer.create(system, '100');
      const answers = await beginAnswers(customer);
      await system.servers.nats.kill();
      const asking = Promise.all([askThroughout(latecomer), askThroughout(latecomer)]);
      // How long it stays away is what this is about.
      await pause(awayMs);
      await system.servers.nats.start();
      const replies = (await asking).flat();
      const turnedAway = replies.filter(({ status }) => status !== 200);
      expect(turnedAway.length).toBeGreaterThan(0);
      expect(turnedAway).toEqual(turnedAway.map(() => ({ status: 503, retryAfter: '1' })));

      const conversations = await Promise.all(answers);
      const complete = conversations.filter((conversation) => conversation.complete);
      expect(complete).toHaveLength(answers.length - models.length);
      const { balanceNanoUsd } = await customer.settledAccount();
      const journal = new Map(
        (await endedRequests(system, ...complete.map(({ name }) => name))).map((entry) => [entry.id, entry]),
      );
      const priced = complete.map(({ name, model, requestId }) => ({
        id: requestId!,
        cost: prices.get(model)!.costNanoUsd(journal.get(name)!.usage!),
      }));
      const holds = await holdsOf(customer);
      const chargedById = new Map(
        holds.filter(({ state }) => state === 'settled').map((hold) => [hold.id, BigInt(hold.charged!)]),
      );
      expect(chargedById).toEqual(new Map(priced.map(({ id, cost }) => [id, cost])));
      expect(balanceNanoUsd).toBe(initialNanoUsd - priced.reduce((sum, { cost }) => sum + cost, 0n));
      expect((await latecomer.settledAccount()).balanceNanoUsd).toBe(initialNanoUsd);
      expect(await ledgerViolations(system)).toEqual([]);
      const states = [...holds, ...(await holdsOf(latecomer))].map(({ state }) => state);
      process.stdout.write(
        `${awayMs / 1_000} s without NATS: ${complete.length} answers complete and charged, ` +
          `${turnedAway.length} requests turned away, ` +
          `${states.filter((state) => state === 'released').length} holds released, ` +
          `${states.filter((state) => state === 'expired').length} expired\n`,
      );
    },
    180_000 + 3 * awayMs,
  );
});
