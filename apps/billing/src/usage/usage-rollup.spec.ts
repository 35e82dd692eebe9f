import { PrismaPg } from '@prisma/adapter-pg';
import { type Telemetry, UsageGrouping } from '@tokenroute/contracts';
import { nanoUsd } from '@tokenroute/money';
import {
  createLogger,
  metricsText,
  type PostgresConnection,
  type PostgresPool,
} from '@tokenroute/service-kit';
import { v7 as uuidv7 } from 'uuid';
import { AccountRepository } from '../accounts/account.repository.js';
import { PrismaClient } from '../generated/prisma/client.js';
import { HoldRepository, type PricedSettlement } from '../holds/hold.repository.js';
import { verifyLedger } from '../ledger/verify-ledger.js';
import { type BillingDatabase, createBillingDatabase } from '../testing/create-billing-database.js';
import { reportsApplicationName } from '../tokens.js';
import { percentilesOf } from './percentiles.js';
import { TelemetryRepository } from './telemetry.repository.js';
import { UsageRepository } from './usage.repository.js';
import { UsageRollup } from './usage-rollup.js';
import { UsageService } from './usage.service.js';

const logger = createLogger('test', 'fatal');
const priceId = 2n;
const hourMs = 3_600_000;
/** Shorter than the product's, so that a test need not wait for it; a transaction shows itself within microseconds. */
const grace = '500 milliseconds';

describe('usage that is added up behind the ledger', () => {
  let database: BillingDatabase;
  let pool: PostgresPool;
  let reports: PostgresPool;
  let holds: HoldRepository;
  let accounts: AccountRepository;
  let usage: UsageService;

  beforeAll(async () => {
    database = await createBillingDatabase(10);
    pool = database.pool;
    reports = database.open(reportsApplicationName, 4);
    holds = new HoldRepository(pool);
    const prisma = new PrismaClient({ adapter: new PrismaPg(pool, { schema: 'billing' }) });
    accounts = new AccountRepository(prisma, pool);
    usage = new UsageService(new UsageRepository(pool), new TelemetryRepository(pool));
  }, 60_000);

  afterEach(async () => {
    expect((await verifyLedger(pool)).filter(({ violations }) => violations > 0)).toEqual([]);
  });

  afterAll(async () => {
    await reports?.end();
    await database?.end();
  });

  async function createAccount(creditNanoUsd = 1_000_000n): Promise<string> {
    const id = uuidv7();
    await accounts.insert(id, 'a@example.com');
    await accounts.grantCredit(uuidv7(), id, creditNanoUsd);
    return id;
  }

  const settlement = (accountId: string, nano: bigint, keyId = uuidv7()): PricedSettlement => ({
    holdId: uuidv7(),
    accountId,
    keyId,
    model: 'gpt-4o-mini',
    priceId,
    costNanoUsd: nanoUsd(nano),
    usedAtUnixMs: BigInt(Date.now()),
    usage: {
      inputTokens: 7,
      cachedInputTokens: 2,
      cacheWrite5mTokens: 0,
      cacheWrite1hTokens: 0,
      audioInputTokens: 0,
      outputTokens: 3,
      reasoningTokens: 1,
      estimated: false,
    },
  });

  const step = async (connection: Pick<PostgresPool, 'query'> = reports, limit = 1_000) =>
    (
      await connection.query<{ more: boolean }>('SELECT roll_up_usage($1, $2, $3) AS more', [
        grace,
        reportsApplicationName,
        limit,
      ])
    ).rows[0]!.more;

  const rolledUp = async (accountId: string) =>
    (
      await pool.query<{ charged: bigint; requests: bigint }>(
        `SELECT coalesce(sum(charged_nano_usd), 0)::bigint AS charged, coalesce(sum(requests), 0)::bigint AS requests
         FROM usage_hours WHERE account_id = $1`,
        [accountId],
      )
    ).rows[0]!;

  const ask = (accountId: string, ...groupBy: UsageGrouping[]) =>
    usage.get({
      accountId,
      from: new Date(Math.floor(Date.now() / hourMs - 24) * hourMs),
      to: new Date(Math.ceil(Date.now() / hourMs + 1) * hourMs),
      groupBy,
      keyId: '',
      model: '',
      withTelemetry: true,
    });

  const chargedByLedger = async (accountId: string) =>
    1_000_000n - (await accounts.find(accountId))!.balanceNanoUsd;

  /** Until everything that was charged before this moment is added up. */
  async function untilRolledUp(): Promise<void> {
    const { rows } = await pool.query<{ now: string }>('SELECT clock_timestamp()::text AS now');
    const isBehind = async () =>
      (
        await pool.query<{ behind: boolean }>('SELECT usage_rolled_up_until() <= $1 AS behind', [
          rows[0]!.now,
        ])
      ).rows[0]!.behind;
    while (await isBehind()) {
      await step();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  test('is told before it is added up, and the same afterwards', async () => {
    const [accountId, keyId] = [await createAccount(), uuidv7()];
    await holds.settle([settlement(accountId, 5n, keyId), settlement(accountId, 6n, keyId)]);
    const before = await ask(accountId, UsageGrouping.USAGE_GROUPING_KEY, UsageGrouping.USAGE_GROUPING_MODEL);
    expect(before.groups).toEqual([
      {
        beginsAt: undefined,
        keyId,
        model: 'gpt-4o-mini',
        sum: expect.objectContaining({
          requests: 2n,
          estimatedRequests: 0n,
          inputTokens: 14n,
          cachedInputTokens: 4n,
          outputTokens: 6n,
          reasoningTokens: 2n,
          costNanoUsd: 11n,
          chargedNanoUsd: 11n,
        }),
      },
    ]);
    expect(await rolledUp(accountId)).toEqual({ charged: 0n, requests: 0n });
    await untilRolledUp();
    expect(await rolledUp(accountId)).toEqual({ charged: 11n, requests: 2n });
    expect(
      await ask(accountId, UsageGrouping.USAGE_GROUPING_KEY, UsageGrouping.USAGE_GROUPING_MODEL),
    ).toEqual(before);
  }, 30_000);

  test('waits for a settlement whose transaction is open, however many that began later are committed', async () => {
    const accountId = await createAccount();
    const late = await pool.connect();
    try {
      await late.query('BEGIN');
      await holds.settle([settlement(accountId, 5n)]);
      // Only the grace holds it back now, were it not for the open transaction, which has not even written yet.
      await pool.query('SELECT pg_sleep_for($1::interval * 2)', [grace]);
      await step();
      expect(await rolledUp(accountId)).toEqual({ charged: 0n, requests: 0n });
      await settleOver(late, settlement(accountId, 7n));
      await late.query('COMMIT');
    } finally {
      late.release();
    }
    await untilRolledUp();
    expect(await rolledUp(accountId)).toEqual({ charged: 12n, requests: 2n });
  }, 30_000);

  test('does not wait for readers', async () => {
    const accountId = await createAccount();
    const reader = await reports.connect();
    try {
      await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      await reader.query('SELECT FROM holds');
      await holds.settle([settlement(accountId, 5n)]);
      await untilRolledUp();
      expect(await rolledUp(accountId)).toEqual({ charged: 5n, requests: 1n });
    } finally {
      await reader.query('ROLLBACK');
      reader.release();
    }
  }, 30_000);

  test('equals the ledger at every moment while customers are charged and roll-ups are killed', async () => {
    const ids = await Promise.all([createAccount(), createAccount(), createAccount()]);
    let charging = true;
    const kills: number[] = [];

    async function charge(accountId: string): Promise<void> {
      for (let round = 0; round < 60; round += 1) {
        const batch = Array.from({ length: 1 + (round % 5) }, (_, index) =>
          settlement(accountId, BigInt(1 + index * round)),
        );
        await holds.settle(batch);
      }
    }
    async function rollUp(): Promise<void> {
      while (charging) await step(reports, 7).catch(() => undefined);
    }
    /** After the sums are written and before their transaction is committed. */
    async function dieRollingUp(): Promise<void> {
      while (charging || kills.length <= 3) {
        const victim = await reports.connect();
        victim.on('error', () => undefined);
        await victim.query('BEGIN');
        await step(victim, 7);
        const { rows } = await victim.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
        await pool.query('SELECT pg_terminate_backend($1)', [rows[0]!.pid]);
        kills.push(rows[0]!.pid);
        victim.release(true);
      }
    }
    async function compare(): Promise<void> {
      while (charging) {
        for (const accountId of ids) {
          const before = await chargedByLedger(accountId);
          const { total } = await ask(accountId, UsageGrouping.USAGE_GROUPING_HOUR);
          const after = await chargedByLedger(accountId);
          // Read one after the other, while more is charged.
          expect(total!.chargedNanoUsd).toBeGreaterThanOrEqual(before);
          expect(total!.chargedNanoUsd).toBeLessThanOrEqual(after);
        }
      }
    }
    const others = [rollUp(), rollUp(), dieRollingUp(), compare()];
    await Promise.all(ids.flatMap((accountId) => [charge(accountId), charge(accountId)]));
    charging = false;
    await Promise.all(others);
    expect(kills.length).toBeGreaterThan(3);

    await untilRolledUp();
    for (const accountId of ids) {
      const charged = await chargedByLedger(accountId);
      expect(await rolledUp(accountId)).toEqual({ charged, requests: 2n * 180n });
      expect((await ask(accountId)).total).toMatchObject({ chargedNanoUsd: charged, requests: 2n * 180n });
    }
  }, 60_000);

  const answered = (durationMs: number, firstTokenMs?: number): Telemetry => ({
    httpStatus: 200,
    durationMs,
    firstTokenMs,
    streamed: firstTokenMs !== undefined,
    finishReason: 'stop',
    upstreamModel: 'gpt-4o-mini-2024-07-18',
  });

  test('tells how requests went: those that failed and were free too, and none that told nothing', async () => {
    const [accountId, keyId] = [await createAccount(), uuidv7()];
    const failed = { ...answered(30), httpStatus: 502, finishReason: '' };
    const cancelled = { ...answered(50, 20), httpStatus: 499, finishReason: '' };
    const free = [failed, failed, cancelled].map((telemetry) => ({ holdId: uuidv7(), accountId, telemetry }));
    const gatewayId = uuidv7();
    const limits = { inputTokensBound: 1, outputTokensLimit: 1, ceilingNanoUsd: nanoUsd(1n) };
    const price = { model: 'gpt-4o-mini', priceId, pricePlanId: null };
    await holds.reserve(
      free.map(({ holdId }) => ({ holdId, accountId, keyId, gatewayId, ...limits, ...price })),
      60_000,
    );
    await holds.release(free);
    await holds.settle([
      ...[100, 200, 5_000].map((ms) => ({ ...settlement(accountId, 1n, keyId), telemetry: answered(ms) })),
      { ...settlement(accountId, 1n, keyId), telemetry: answered(300, 40) },
      { ...settlement(accountId, 1n, keyId), telemetry: cancelled },
      settlement(accountId, 1n, keyId),
    ]);
    await untilRolledUp();
    const { telemetry } = await ask(accountId);
    expect(telemetry).toMatchObject({ requests: 8n, failed: 2n, cancelled: 2n });
    const near = (ms: number) => expect.closeTo(ms, -Math.log10(2 * 0.087 * ms)) as number;
    expect(telemetry!.duration).toEqual({
      requests: 4n,
      p50Ms: near(200),
      p95Ms: near(5_000),
      p99Ms: near(5_000),
    });
    expect(telemetry!.firstToken).toEqual({
      requests: 1n,
      p50Ms: near(40),
      p95Ms: near(40),
      p99Ms: near(40),
    });
  }, 30_000);

  test('tells of any range the same from days as from their hours', async () => {
    const accountId = uuidv7();
    await pool.query(
      `INSERT INTO accounts (id, kind, balance_nano_usd, held_nano_usd) VALUES ($1, 'customer', 0, 0)`,
      [accountId],
    );
    // As many in an hour as none other has.
    await pool.query(
      `WITH hours AS (
         INSERT INTO telemetry_hours
         SELECT $1, '2026-10-01Z'::timestamptz + h * interval '1 hour', NULL, 'm', 'status', 200, 2 ^ (h % 50)
         FROM generate_series(0, 99) h RETURNING *)
       INSERT INTO telemetry_days
       SELECT account_id, (hour AT TIME ZONE 'UTC')::date, key_id, model, measure, value, sum(requests)
       FROM hours GROUP BY 1, 2, 3, 4, 5, 6`,
      [accountId],
    );
    const at = (hour: number) => new Date(Date.parse('2026-10-01Z') + hour * hourMs);
    for (const [first, end] of [
      [0, 24],
      [5, 20],
      [5, 30],
      [23, 49],
      [1, 99],
      [24, 72],
      [30, 47],
      [20, 25],
    ] as const) {
      const [count] = await new TelemetryRepository(pool).count({
        accountId,
        from: at(first),
        to: at(end),
        keyId: null,
        model: null,
      });
      let expected = 0n;
      for (let hour = first; hour < end; hour += 1) expected += 2n ** BigInt(hour % 50);
      expect({ first, end, requests: count!.requests }).toEqual({ first, end, requests: expected });
    }
    // Nobody asked for these: added up anew they would be gone.
    for (const table of ['telemetry_hours', 'telemetry_days'])
      await pool.query(`DELETE FROM ${table} WHERE account_id = $1`, [accountId]);
  });

  test('counts a time in the class from which no time of it is further than 8.7 %', async () => {
    const { rows } = await pool.query<{ ms: number; latency_class: number }>(
      `SELECT ms, latency_class(ms) FROM generate_series(0, 20000) ms
       UNION ALL SELECT ms, latency_class(ms) FROM (VALUES (86400000), (2147483647)) longest (ms)`,
    );
    const wrong = rows.filter(({ ms, latency_class: latencyClass }) => {
      const told = percentilesOf([{ latencyClass, requests: 1n }])!.p50Ms;
      return Math.abs(told - Math.max(ms, 1)) > 0.087 * Math.max(ms, 1) + 0.5;
    });
    expect(wrong).toEqual([]);
    expect(rows).toHaveLength(20_003);
  });

  test('counts a request that cost nothing once it is added up', async () => {
    const accountId = await createAccount();
    await holds.settle([settlement(accountId, 0n)]);
    await untilRolledUp();
    expect((await ask(accountId)).total).toMatchObject({ requests: 1n, chargedNanoUsd: 0n });
  }, 30_000);

  const everythingAddedUp = async () =>
    Promise.all(
      [
        'usage_hours ORDER BY account_id, hour, key_id, model',
        'telemetry_hours ORDER BY account_id, hour, key_id, model, measure, value',
        'telemetry_days ORDER BY account_id, day, key_id, model, measure, value',
      ].map(async (table) => (await pool.query<object>(`SELECT * FROM ${table}`)).rows),
    );

  test('can be added up anew', async () => {
    const accountId = await createAccount();
    await holds.settle([{ ...settlement(accountId, 5n), telemetry: answered(100) }]);
    await untilRolledUp();
    const before = await everythingAddedUp();
    await pool.query(
      `TRUNCATE usage_hours, account_days, telemetry_hours, telemetry_days; UPDATE usage_rollup SET rolled_up_until = '-infinity'`,
    );
    expect((await ask(accountId)).total).toMatchObject({ requests: 1n, chargedNanoUsd: 5n });
    await untilRolledUp();
    expect(await everythingAddedUp()).toEqual(before);
  }, 30_000);

  test('what was tampered with is found by the proof', async () => {
    const accountId = await createAccount();
    await holds.settle([settlement(accountId, 5n)]);
    await untilRolledUp();
    const tamper = (nano: number) =>
      pool.query('UPDATE usage_hours SET charged_nano_usd = charged_nano_usd + $1 WHERE account_id = $2', [
        nano,
        accountId,
      ]);
    await tamper(1);
    const broken = (await verifyLedger(pool)).filter(({ violations }) => violations > 0);
    expect(broken).toEqual([
      {
        invariant: 'usage by hour is what was settled until it was added up, by key and model',
        violations: 1,
        rows: [expect.stringContaining(accountId)],
      },
    ]);
    await tamper(-1);
  }, 30_000);

  test('is added up in the background, which tells how far behind it is', async () => {
    const accountId = await createAccount();
    await holds.settle([settlement(accountId, 5n)]);
    const worker = new UsageRollup(reports, { USAGE_ROLLUP_INTERVAL_MS: 10 }, logger);
    worker.onApplicationBootstrap();
    const requests = async () => (await rolledUp(accountId)).requests;
    while ((await requests()) === 0n) await new Promise((resolve) => setTimeout(resolve, 50));
    await worker.beforeApplicationShutdown();
    const behind = /^tokenroute_usage_behind (\S+)$/m.exec(await metricsText())?.[1];
    expect(Number(behind)).toBeGreaterThan(0);
  }, 30_000);

  /** Within a transaction of the test's own. */
  async function settleOver(connection: PostgresConnection, item: PricedSettlement): Promise<void> {
    const [result] = await new HoldRepository(connection as unknown as PostgresPool).settle([item]);
    expect(result!.outcome).toBe('charged');
  }
});
