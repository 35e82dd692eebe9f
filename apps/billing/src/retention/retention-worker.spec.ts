import { createLogger, type PostgresPool } from '@tokenroute/service-kit';
import { v7 as uuidv7 } from 'uuid';
import { verifyLedger } from '../ledger/verify-ledger.js';
import { type BillingDatabase, createBillingDatabase } from '../testing/create-billing-database.js';
import { RetentionWorker } from './retention-worker.js';

const logger = createLogger('test', 'fatal');

describe('after its time', () => {
  let database: BillingDatabase;
  let pool: PostgresPool;
  let retention: RetentionWorker;
  const accountId = uuidv7();

  beforeAll(async () => {
    database = await createBillingDatabase(2);
    pool = database.pool;
    retention = new RetentionWorker(pool, { RETENTION_DAYS: 30 }, logger);
    await pool.query(
      `INSERT INTO accounts (id, kind, balance_nano_usd, held_nano_usd) VALUES ($1, 'customer', 0, 0)`,
      [accountId],
    );
    await pool.query('SELECT grant_credit($1, $1, 1000)', [accountId]);
  }, 60_000);

  afterEach(async () => {
    expect((await verifyLedger(pool)).filter(({ violations }) => violations > 0)).toEqual([]);
    await pool.query('DELETE FROM holds');
  });

  afterAll(async () => {
    await database.end();
  });

  async function endedHold(state: 'released' | 'expired', daysAgo: number): Promise<string> {
    const id = uuidv7();
    await pool.query(
      `INSERT INTO holds (id, account_id, state, amount_nano_usd, ended_at)
       VALUES ($1, $2, $3, 5, now() - make_interval(days => $4))`,
      [id, accountId, state, daysAgo],
    );
    return id;
  }

  const holdsLeft = async () =>
    (await pool.query<{ id: string }>('SELECT id FROM holds ORDER BY id')).rows.map(({ id }) => id);

  test('a released hold is removed; a younger one and one that expired stay', async () => {
    await endedHold('released', 31);
    const kept = [await endedHold('released', 29), await endedHold('expired', 31)];
    await retention.step();
    expect(await holdsLeft()).toEqual(kept);
  });

  test('a released hold stays when the house bears what was used of it', async () => {
    const id = await endedHold('released', 31);
    await pool.query(`INSERT INTO transactions (id, kind) VALUES ($1, 'loss')`, [id]);
    await retention.step();
    expect(await holdsLeft()).toEqual([id]);
  });

  test('a released hold stays while a dead letter may be about it', async () => {
    const kept = [await endedHold('released', 40), await endedHold('released', 35)];
    await endedHold('released', 60);
    await pool.query(
      `INSERT INTO dead_letters (reason, payload, payload_digest, received_at)
       VALUES ('conflict', '\\x00', sha256('a'), now() - interval '41 days'),
              ('undecodable', '\\x01', sha256('b'), now() - interval '90 days')`,
    );
    await retention.step();
    expect(await holdsLeft()).toEqual(kept);
    await pool.query(`UPDATE dead_letters SET outcome = 'charged', replayed_at = now()`);
    await retention.step();
    expect(await holdsLeft()).toEqual([]);
  });

  test('a payment event says nothing any more, but is known; one that is not done keeps what it said', async () => {
    await pool.query(
      `INSERT INTO stripe_events (id, type, payload, state, received_at)
       SELECT state || days, 'test', 'said', state, now() - make_interval(days => days)
       FROM unnest(ARRAY['processed', 'ignored', 'failed', 'held']) state, unnest(ARRAY[29, 31]) days`,
    );
    await retention.step();
    const { rows } = await pool.query<{ id: string; payload: string }>(
      'SELECT id, payload FROM stripe_events ORDER BY id',
    );
    expect(rows).toHaveLength(8);
    expect(rows.filter(({ payload }) => payload === '').map(({ id }) => id)).toEqual([
      'ignored31',
      'processed31',
    ]);
  });

  test('so much is removed at once, and more while there is more', async () => {
    await pool.query(
      `INSERT INTO holds (id, account_id, state, amount_nano_usd, ended_at)
       SELECT gen_random_uuid(), $1, 'released', 0, now() - interval '31 days' FROM generate_series(1, 1500)`,
      [accountId],
    );
    expect(await retention.step()).toBe(true);
    expect(await holdsLeft()).toHaveLength(500);
    expect(await retention.step()).toBe(false);
    expect(await holdsLeft()).toEqual([]);
  });
});
