import { createLogger, type Logger, metricsText, type PostgresPool } from '@tokenroute/service-kit';
import { v7 as uuidv7 } from 'uuid';
import { type BillingDatabase, createBillingDatabase } from '../testing/create-billing-database.js';
import { LedgerWatch, watchLockId } from './ledger-watch.js';

const balanceInvariant = "every customer's balance is the sum of its entries";

/** What is at /metrics of the ledger: violations by invariant, and when it was checked. */
async function told() {
  const lines = (await metricsText()).split('\n');
  const violations = lines.flatMap((line) => {
    const match = /^tokenroute_ledger_violations\{invariant="(.*)"\} (\d+)$/.exec(line);
    return match ? [[match[1]!, Number(match[2])] as const] : [];
  });
  const checkedAt = lines.find((line) => line.startsWith('tokenroute_ledger_checked_at '))?.split(' ')[1];
  return { violations: Object.fromEntries(violations), checkedAt: Number(checkedAt ?? 0) };
}

async function until(isSo: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('the watch over the ledger', () => {
  let database: BillingDatabase;
  let pool: PostgresPool;
  const alarms: { invariant: string; rows: string[] }[] = [];
  const logger = {
    ...createLogger('test', 'fatal'),
    warn: () => undefined,
    error: (fields: (typeof alarms)[number]) => void alarms.push(fields),
  } as unknown as Logger;
  const watches: LedgerWatch[] = [];
  const accountId = uuidv7();

  beforeAll(async () => {
    database = await createBillingDatabase(5);
    pool = database.pool;
    await pool.query(
      `INSERT INTO accounts (id, kind, email, balance_nano_usd, held_nano_usd) VALUES ($1, 'customer', 'a@example.com', 0, 0)`,
      [accountId],
    );
    await pool.query('SELECT grant_credit($1, $2, 1000)', [uuidv7(), accountId]);
  }, 60_000);

  // The server notices a little later that a watch is gone: one that asked for the lock before would rest for its interval.
  afterEach(async () => {
    for (const watch of watches.splice(0)) watch.beforeApplicationShutdown();
    await until(async () => (await lockHolders()).length === 0);
  });

  afterAll(async () => {
    await database.end();
  });

  function start(intervalMs = 20): LedgerWatch {
    const watch = new LedgerWatch(pool, { LEDGER_CHECK_INTERVAL_MS: intervalMs }, logger);
    watches.push(watch);
    watch.onApplicationBootstrap();
    return watch;
  }

  /** Until a check that began after this moment has ended. */
  async function nextCheck(): Promise<void> {
    const { checkedAt } = await told();
    await until(async () => (await told()).checkedAt > checkedAt);
    const { checkedAt: first } = await told();
    await until(async () => (await told()).checkedAt > first);
  }

  const tamper = (nanoUsd: number) =>
    pool.query('UPDATE accounts SET balance_nano_usd = balance_nano_usd + $1 WHERE id = $2', [
      nanoUsd,
      accountId,
    ]);

  /** pg_locks tells of the whole server: other databases have a watch too, and this one has other locks. */
  const lockHolders = async () =>
    (
      await pool.query<{ pid: number }>(
        `SELECT pid FROM pg_locks JOIN pg_database ON pg_database.oid = database
         WHERE datname = current_database() AND locktype = 'advisory' AND objid = $1 AND granted`,
        [watchLockId],
      )
    ).rows.map(({ pid }) => pid);

  test('tells of every invariant when it was checked, and of none that it is broken', async () => {
    start();
    const before = Date.now() / 1_000 - 1;
    await nextCheck();
    const { violations, checkedAt } = await told();
    expect(Object.keys(violations)).toContain(balanceInvariant);
    expect(Object.keys(violations).length).toBeGreaterThanOrEqual(7);
    expect(new Set(Object.values(violations))).toEqual(new Set([0]));
    expect(checkedAt).toBeGreaterThan(before);
  });

  test('a tampered balance is a number at /metrics and an alarm with the row, until it is right again', async () => {
    start();
    await nextCheck();
    alarms.length = 0;
    await tamper(1);
    try {
      await nextCheck();
      const { violations } = await told();
      expect(Object.entries(violations).filter(([, rows]) => rows > 0)).toEqual([[balanceInvariant, 1]]);
      expect(alarms[0]).toMatchObject({
        invariant: balanceInvariant,
        violations: 1,
        rows: [expect.stringContaining(accountId)],
      });
    } finally {
      await tamper(-1);
    }
    await nextCheck();
    expect((await told()).violations[balanceInvariant]).toBe(0);
  });

  test('of several processes one does it; when it ends, another takes its place', async () => {
    const first = start();
    await nextCheck();
    start();
    start();
    const holders = await lockHolders();
    expect(holders).toHaveLength(1);
    await nextCheck();
    expect(await lockHolders()).toEqual(holders);
    first.beforeApplicationShutdown();
    await until(async () => {
      const [next] = await lockHolders();
      return next !== undefined && next !== holders[0];
    });
    await nextCheck();
    expect(await lockHolders()).toHaveLength(1);
  });

  test('a process that lost its connection tells nothing old', async () => {
    start(3_600_000);
    await until(async () => (await told()).checkedAt > 0);
    await pool.query('SELECT pg_terminate_backend($1)', [(await lockHolders())[0]]);
    await until(async () => (await told()).checkedAt === 0);
    expect((await told()).violations).toEqual({});
  });

  test('a lost connection is replaced', async () => {
    start();
    await nextCheck();
    const [holder] = await lockHolders();
    await pool.query('SELECT pg_terminate_backend($1)', [holder]);
    await until(async () => {
      const [next] = await lockHolders();
      return next !== undefined && next !== holder;
    });
    await until(async () => (await told()).checkedAt > 0);
    expect((await told()).violations[balanceInvariant]).toBe(0);
  });

  test('an end in the middle of a check keeps nobody waiting and leaves no lock', async () => {
    const watch = start();
    watch.beforeApplicationShutdown();
    await until(async () => (await lockHolders()).length === 0);
    expect((await told()).checkedAt).toBe(0);
  });
});
