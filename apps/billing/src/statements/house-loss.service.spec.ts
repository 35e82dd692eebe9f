import { type PostgresPool } from '@tokenroute/service-kit';
import { v7 as uuidv7 } from 'uuid';
import { type BillingDatabase, createBillingDatabase } from '../testing/create-billing-database.js';
import { HouseLossService } from './house-loss.service.js';

const everything = new Date(0);

describe('the report of house losses', () => {
  let database: BillingDatabase;
  let pool: PostgresPool;
  let houseLoss: HouseLossService;
  const accountId = uuidv7();

  beforeAll(async () => {
    database = await createBillingDatabase(2);
    pool = database.pool;
    houseLoss = new HouseLossService(pool);
    await pool.query(
      `INSERT INTO accounts (id, kind, balance_nano_usd, held_nano_usd) VALUES ($1, 'customer', 0, 0)`,
      [accountId],
    );
  }, 60_000);

  afterAll(async () => {
    await database.end();
  });

  async function lose(reason: string, nanoUsd: bigint, at: string): Promise<void> {
    const id = uuidv7();
    await pool.query(`INSERT INTO transactions (id, kind, created_at) VALUES ($1, 'loss', $2)`, [id, at]);
    await pool.query(
      'INSERT INTO house_losses (transaction_id, reason, amount_nano_usd, created_at) VALUES ($1, $2, $3, $4)',
      [id, reason, String(nanoUsd), at],
    );
  }

  async function expire(nanoUsd: bigint, at: string): Promise<string> {
    const id = uuidv7();
    await pool.query(
      `INSERT INTO holds (id, account_id, state, amount_nano_usd, ended_at) VALUES ($1, $2, 'expired', $3, $4)`,
      [id, accountId, String(nanoUsd), at],
    );
    return id;
  }

  test('of a house that lost nothing is empty', async () => {
    expect(await houseLoss.report(everything)).toEqual({
      totals: [],
      expiredHolds: 0n,
      expiredHoldsNanoUsd: 0n,
    });
  });

  test('sums by reason, and what expired, from a moment on; what is settled after all is expired no more', async () => {
    await lose('hold-lost', 5n, '2026-01-01Z');
    await lose('above-hold', 7n, '2026-02-01Z');
    // Together more than a float of nano-USD could tell apart.
    await lose('above-hold', 9_007_199_254_740_993n, '2026-03-01Z');
    await expire(100n, '2026-01-01Z');
    const late = await expire(200n, '2026-03-01Z');
    await expire(400n, '2026-03-01Z');
    expect(await houseLoss.report(everything)).toEqual({
      totals: [
        { reason: 'above-hold', transactions: 2n, amountNanoUsd: 9_007_199_254_741_000n },
        { reason: 'hold-lost', transactions: 1n, amountNanoUsd: 5n },
      ],
      expiredHolds: 3n,
      expiredHoldsNanoUsd: 700n,
    });
    await pool.query(
      `UPDATE holds SET state = 'settled', cost_nano_usd = 1, charged_nano_usd = 0 WHERE id = $1`,
      [late],
    );
    expect(await houseLoss.report(new Date('2026-02-01Z'))).toEqual({
      totals: [{ reason: 'above-hold', transactions: 2n, amountNanoUsd: 9_007_199_254_741_000n }],
      expiredHolds: 1n,
      expiredHoldsNanoUsd: 400n,
    });
  });
});
