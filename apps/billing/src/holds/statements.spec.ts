import { PrismaPg } from '@prisma/adapter-pg';
import type { Release, Usage } from '@tokenroute/contracts';
import { nanoUsd } from '@tokenroute/money';
import { createLogger, type NatsConnection, type PostgresPool } from '@tokenroute/service-kit';
import type { PoolClient } from 'pg';
import { v7 as uuidv7 } from 'uuid';
import type { BillingConfig } from '../config.js';
import { PrismaClient } from '../generated/prisma/client.js';
import { PriceBook } from '../pricing/price-book.js';
import { PricePlanRepository } from '../pricing/price-plan.repository.js';
import { PriceRepository } from '../pricing/price.repository.js';
import { type BillingDatabase, createBillingDatabase } from '../testing/create-billing-database.js';
import { HoldRepository, type PricedReservation, type PricedSettlement } from './hold.repository.js';
import { HoldService } from './hold.service.js';

/** A node of a plan, as PostgreSQL tells it in JSON. */
interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Index Cond'?: string;
  'Conflict Arbiter Indexes'?: string[];
  Plans?: PlanNode[];
}

interface Explained {
  'Query Text': string;
  Plan: PlanNode;
}

/** Tables that grow with customers and requests: reading one of them whole would get slower every day. */
const growingTables = ['accounts', 'holds', 'entries', 'transactions'];
const accountCount = 20_000;
const holdCount = 100_000;
const openHoldCount = 2_000;
/** So often that the server has settled on plans that do not depend on the values. */
const repeats = 12;

const priceId = 2n;
const usage: Usage = {
  inputTokens: 10,
  cachedInputTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  audioInputTokens: 0,
  outputTokens: 1,
  reasoningTokens: 0,
  estimated: false,
};

describe('the hot statements', () => {
  let database: BillingDatabase;
  let pool: PostgresPool;
  let client: PoolClient;
  let accountIds: string[];
  const gatewayId = uuidv7();
  const plans: Explained[] = [];
  let statements = 0;
  let holds: HoldRepository;

  beforeAll(async () => {
    database = await createBillingDatabase(2);
    pool = database.pool;
    client = await pool.connect();
    // One connection, on which every statement of the repository is counted.
    const counted = { query: (statement: never) => ((statements += 1), client.query(statement)) };
    holds = new HoldRepository(counted as unknown as PostgresPool);
    // As after an installation: the server knows of every table that it is empty, and plans accordingly.
    await client.query('VACUUM ANALYZE');
    accountIds = await openAccounts(500);
    for (const prepare of Object.values(hot)) await (await prepare(1))();
    await fill();
    await explainEverything();
  }, 120_000);

  afterAll(async () => {
    client.release();
    await database.end();
  });

  async function openAccounts(count: number): Promise<string[]> {
    const { rows } = await client.query<{ id: string }>(
      `INSERT INTO accounts (id, kind, balance_nano_usd, held_nano_usd)
       SELECT gen_random_uuid(), 'customer', 1000000000, 1000000 FROM generate_series(1, $1) RETURNING id`,
      [count],
    );
    return rows.map(({ id }) => id);
  }

  /** A service that has been in use for a while. */
  async function fill(): Promise<void> {
    await openAccounts(accountCount - accountIds.length);
    await client.query('INSERT INTO gateways SELECT gen_random_uuid(), now() FROM generate_series(1, 20)');
    await client.query(
      `WITH numbered AS (SELECT id, row_number() OVER () AS number FROM accounts WHERE kind = 'customer')
       INSERT INTO holds (id, account_id, state, amount_nano_usd, model, price_id, gateway_id, expires_at, ended_at,
                          cost_nano_usd, charged_nano_usd, created_at)
       SELECT gen_random_uuid(), n.id, h.state, 10, 'gpt-4o-mini', $4, (SELECT id FROM gateways LIMIT 1), h.at + interval '15 min',
              CASE WHEN h.state <> 'held' THEN h.at END, CASE WHEN h.state = 'settled' THEN 10 END,
              CASE WHEN h.state = 'settled' THEN 10 END, h.at
       FROM (SELECT s, now() - s * interval '1 second' AS at,
                    CASE WHEN s <= $2 THEN 'held' WHEN s % 10 = 0 THEN 'released' ELSE 'settled' END AS state
             FROM generate_series(1, $1) s) h
       JOIN numbered n ON n.number = 1 + h.s % $3`,
      [holdCount, openHoldCount, accountCount, priceId],
    );
    await client.query(
      `INSERT INTO transactions (id, kind) SELECT id, 'charge' FROM holds WHERE state = 'settled' AND key_id IS NULL`,
    );
    await client.query(
      `INSERT INTO entries (transaction_id, account_id, amount_nano_usd)
       SELECT id, account_id, -10 FROM holds WHERE state = 'settled' AND key_id IS NULL
       UNION ALL SELECT id, '00000000-0000-0000-0000-000000000001', 10 FROM holds WHERE state = 'settled' AND key_id IS NULL`,
    );
  }

  /** Has the server tell the plan of every statement, also of those within functions, as a notice. */
  async function explainEverything(): Promise<void> {
    client.on('notice', ({ message = '' }) => {
      const plan = /plan:\s*(\{.*\})\s*$/s.exec(message);
      if (plan) plans.push(JSON.parse(plan[1]!) as Explained);
    });
    await client.query(`LOAD 'auto_explain'`);
    const settings = {
      log_min_duration: '0',
      log_nested_statements: 'on',
      log_format: 'json',
      log_level: 'notice',
    };
    for (const [name, value] of Object.entries(settings))
      await client.query(`SET auto_explain.${name} = '${value}'`);
  }

  const ids = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ accountId: accountIds[index]!, holdId: uuidv7() }));

  const reservations = (items: Release[]): PricedReservation[] =>
    items.map((item) => ({
      ...item,
      keyId: uuidv7(),
      gatewayId,
      model: 'gpt-4o-mini',
      inputTokensBound: 10,
      outputTokensLimit: 1,
      ceilingNanoUsd: nanoUsd(10n),
      priceId,
      pricePlanId: null,
    }));

  const settlements = (items: Release[]): PricedSettlement[] =>
    items.map((item) => ({
      ...item,
      keyId: uuidv7(),
      model: 'gpt-4o-mini',
      priceId,
      usage,
      usedAtUnixMs: 0n,
      costNanoUsd: nanoUsd(10n),
    }));

  /** Each prepares its batch, outside of what is looked at, and gives back the statement to look at. */
  const hot: Record<string, (count: number) => Promise<() => Promise<unknown>>> = {
    reserve: async (count) => () => holds.reserve(reservations(ids(count)), 60_000),
    settle: async (count) => {
      const items = ids(count);
      await holds.reserve(reservations(items), 60_000);
      return () => holds.settle(settlements(items));
    },
    release: async (count) => {
      const items = ids(count);
      await holds.reserve(reservations(items), 60_000);
      return () => holds.release(items);
    },
    expire: async (count) => {
      await holds.reserve(reservations(ids(count)), -1_000);
      return () => holds.expire(3_600_000, 500);
    },
    gateway_is_alive: async () => () => holds.gatewayIsAlive(gatewayId),
  };

  function nodesOf(node: PlanNode): PlanNode[] {
    return [node, ...(node.Plans ?? []).flatMap(nodesOf)];
  }

  /** Open holds are few: their index may be read from end to end. */
  const readsWhole = (node: PlanNode) =>
    node['Node Type'] === 'Seq Scan' ||
    (node['Node Type'].startsWith('Index') && !node['Index Cond'] && node['Index Name'] !== 'open_holds');

  const wholeReads = () =>
    plans.flatMap(({ 'Query Text': text, Plan }) =>
      nodesOf(Plan)
        .filter((node) => readsWhole(node) && growingTables.includes(node['Relation Name']!))
        .map((node) => `${node['Relation Name']}: ${text}`),
    );

  describe('with plans that were made while the tables were empty', () => {
    // Plans are made anew for tables that were analyzed.
    afterAll(() => client.query('ANALYZE'));

    test.each(Object.keys(hot))('%s finds its rows by index', async (name) => {
      const run = await hot[name]!(20);
      plans.length = 0;
      await run();
      expect(wholeReads()).toEqual([]);
    });
  });

  const cases = Object.keys(hot).flatMap((name) => [1, 20, 200].map((count) => ({ name, count })));

  test.each(cases)(
    '$name of $count is one statement and finds its rows by index',
    async ({ name, count }) => {
      for (let round = 0; round < repeats; round += 1) {
        const run = await hot[name]!(count);
        plans.length = 0;
        statements = 0;
        await run();
        expect(statements).toBe(1);
        expect(wholeReads()).toEqual([]);
        // What was looked at is what was meant: the statement itself and, in it, those of the function.
        expect(
          plans.some((plan) =>
            plan['Query Text'].includes(name === 'gateway_is_alive' ? 'gateways' : `${name}_holds`),
          ),
        ).toBe(true);
        if (name !== 'gateway_is_alive') expect(plans.length).toBeGreaterThan(3);
      }
    },
  );

  test('requests of one moment share their statements', async () => {
    const logger = createLogger('test', 'fatal');
    const prisma = new PrismaClient({ adapter: new PrismaPg(pool, { schema: 'billing' }) });
    const book = new PriceBook(
      new PriceRepository(prisma),
      new PricePlanRepository(prisma),
      {} as NatsConnection,
      logger,
    );
    await book.reload();
    const service = new HoldService(holds, book, { HOLD_TIME_TO_LIVE_MS: 60_000 } as BillingConfig, logger);
    const requests = reservations(ids(200));
    statements = 0;
    const held = await Promise.all(requests.map((item) => service.reserve(gatewayId, item)));
    const settled = await Promise.all(settlements(requests).map((item) => service.settle(item)));
    expect(new Set(held.map(({ outcome }) => outcome?.$case))).toEqual(new Set(['held']));
    expect(new Set(settled.map(({ outcome }) => outcome?.$case))).toEqual(new Set(['charged']));
    expect(statements).toBe(2);
  });

  test('a heartbeat finds its gateway by index', async () => {
    plans.length = 0;
    await holds.gatewayIsAlive(gatewayId);
    expect(plans.flatMap(({ Plan }) => Plan['Conflict Arbiter Indexes'])).toEqual(['gateways_pkey']);
  });

  test('a whole read is noticed', async () => {
    plans.length = 0;
    await client.query('SELECT count(*) FROM holds WHERE amount_nano_usd = 7');
    expect(wholeReads()).toEqual([expect.stringContaining('holds: SELECT count(*)')]);
  });
});
