import { ledgerViolations, startSystem, TestCustomer, type TestSystem } from '@tokenroute/testing';
import pg from 'pg';
import { type Conversation, converse } from './converse.js';

const initialNanoUsd = 1_000_000_000n;

interface HoldRow {
  id: string;
  state: string;
  charged: string | null;
}

/** Processes die in the middle of paid work; after the restart every hold has ended once and nobody paid twice. */
describe('kill -9 in the middle of 100 requests', () => {
  let system: TestSystem;
  let database: pg.Client;

  beforeAll(async () => {
    system = await startSystem({
      // A dead gateway's holds come back after 8 s here, 20 s by default.
      environment: { billing: { GATEWAY_SILENCE_MS: '8000', SWEEP_INTERVAL_MS: '200' } },
    });
    database = new pg.Client({ connectionString: system.databaseUrl });
    await database.connect();
  }, 60_000);

  afterAll(async () => {
    await database.end();
    await system.stop();
  });

  const long = 'ttfb=3000;tokens=150';

  /** 100 requests, half of them streams, that take a second or, each tenth, some seconds; `strike` comes meanwhile. */
  async function workAndStrike(customer: TestCustomer, strike: () => Promise<void>): Promise<Conversation[]> {
    const conversations = Array.from({ length: 100 }, (_, index) =>
      converse(system, customer, {
        model: 'gpt-4o-mini',
        stream: index % 2 === 0,
        max_tokens: 200,
        messages: [
          {
            role: 'user',
            content: `Hello ${index} [[sim:${index % 10 === 9 ? long : `ttfb=${(index % 10) * 60}`};chunk-delay=15]]`,
          },
        ],
      }),
    );
    while ((await holdsOf(customer)).filter((hold) => hold.state === 'settled').length < 20) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    await strike();
    return Promise.all(conversations);
  }

  async function holdsOf(customer: TestCustomer): Promise<HoldRow[]> {
    const { rows } = await database.query<HoldRow>(
      'SELECT id, state, charged_nano_usd AS charged FROM billing.holds WHERE account_id = $1',
      [customer.accountId],
    );
    return rows;
  }

  async function expectEveryHoldEndedOnce(
    customer: TestCustomer,
    conversations: Conversation[],
  ): Promise<void> {
    const account = await customer.settledAccount();
    const holds = await holdsOf(customer);
    expect(holds.every((hold) => ['settled', 'released', 'expired'].includes(hold.state))).toBe(true);
    expect(account.balanceNanoUsd).toBe(
      initialNanoUsd - holds.reduce((sum, hold) => sum + BigInt(hold.charged ?? 0), 0n),
    );
    const stateById = new Map(holds.map((hold) => [hold.id, hold.state]));
    const complete = conversations.filter((conversation) => conversation.complete);
    expect(complete.length).toBeGreaterThan(0);
    // Whoever got a whole answer has paid for it, once (the primary key of its charge).
    expect(complete.map(({ requestId }) => stateById.get(requestId!))).toEqual(complete.map(() => 'settled'));
    expect(await ledgerViolations(system)).toEqual([]);
  }

  test('the gateway dies', async () => {
    const customer = await TestCustomer.create(system, '1');
    const conversations = await workAndStrike(customer, async () => {
      await system.kill('gateway', 'SIGKILL');
      await system.restart('gateway');
    });
    expect(conversations.some((conversation) => !conversation.complete)).toBe(true);
    await expectEveryHoldEndedOnce(customer, conversations);
  }, 60_000);

  test('billing dies: answers under way still complete, and are charged after its restart', async () => {
    const customer = await TestCustomer.create(system, '1');
    const conversations = await workAndStrike(customer, async () => {
      await system.kill('billing', 'SIGKILL');
      await system.restart('billing');
    });
    await expectEveryHoldEndedOnce(customer, conversations);
  }, 60_000);
});
