import { createHash } from 'node:crypto';
import { nanoUsd } from '@tokenroute/money';
import { type PostgresPool } from '@tokenroute/service-kit';
import { v7 as uuidv7 } from 'uuid';
import { verifyLedger } from '../ledger/verify-ledger.js';
import { type BillingDatabase, createBillingDatabase } from '../testing/create-billing-database.js';
import { HoldRepository, type PricedReservation } from './hold.repository.js';

const priceId = 2n;
const day = 24 * 3_600_000;

describe('what a hold depends on beside the balance', () => {
  let database: BillingDatabase;
  let pool: PostgresPool;
  let holds: HoldRepository;
  const gatewayId = uuidv7();

  beforeAll(async () => {
    database = await createBillingDatabase(8);
    pool = database.pool;
    holds = new HoldRepository(pool);
  }, 60_000);

  afterAll(async () => {
    const broken = (await verifyLedger(pool)).filter((result) => result.violations > 0);
    await database.end();
    expect(broken).toEqual([]);
  });

  async function createAccount(balanceNanoUsd: bigint): Promise<string> {
    const id = uuidv7();
    await pool.query(
      `INSERT INTO accounts (id, kind, balance_nano_usd, held_nano_usd) VALUES ($1, 'customer', 0, 0)`,
      [id],
    );
    await pool.query('SELECT grant_credit($1, $1, $2)', [id, balanceNanoUsd]);
    return id;
  }

  function reservation(accountId: string, keyId: string, amount: bigint): PricedReservation {
    return {
      holdId: uuidv7(),
      accountId,
      keyId,
      gatewayId,
      model: 'gpt-4o-mini',
      inputTokensBound: Number(amount),
      outputTokensLimit: 1,
      ceilingNanoUsd: nanoUsd(amount),
      priceId,
      pricePlanId: null,
    };
  }

  const reserve = async (...items: PricedReservation[]) => {
    const rows = await holds.reserve(items, day);
    return rows.map((row) => row.outcome);
  };

  const settle = (hold: PricedReservation, amount: bigint) =>
    holds.settle([
      {
        holdId: hold.holdId,
        accountId: hold.accountId,
        keyId: hold.keyId,
        model: hold.model,
        priceId,
        pricePlanId: hold.pricePlanId ?? undefined,
        usage: {
          inputTokens: Number(amount),
          cachedInputTokens: 0,
          cacheWrite5mTokens: 0,
          cacheWrite1hTokens: 0,
          audioInputTokens: 0,
          outputTokens: 0,
          reasoningTokens: 0,
          estimated: false,
        },
        usedAtUnixMs: 0n,
        costNanoUsd: nanoUsd(amount),
      },
    ]);

  const release = (hold: PricedReservation) =>
    holds.release([{ holdId: hold.holdId, accountId: hold.accountId }]);

  test('a frozen account takes no new hold; what it holds is repeated and settled as ever', async () => {
    const accountId = await createAccount(100n);
    const open = reservation(accountId, uuidv7(), 10n);
    await reserve(open);
    await pool.query(`UPDATE accounts SET frozen_at = now(), frozen_reason = 'test' WHERE id = $1`, [
      accountId,
    ]);
    expect(await reserve(open, reservation(accountId, uuidv7(), 10n))).toEqual(['held', 'account-frozen']);
    expect((await settle(open, 5n))[0]!.outcome).toBe('charged');
  });

  describe('the monthly budget of a key', () => {
    const monthOf = async (keyId: string) => {
      const { rows } = await pool.query<{ held: bigint; charged: bigint }>(
        'SELECT held_nano_usd AS held, charged_nano_usd AS charged FROM key_months WHERE key_id = $1',
        [keyId],
      );
      return rows.map(({ held, charged }) => `${held} held, ${charged} charged`);
    };

    const within = (budget: bigint, item: PricedReservation): PricedReservation => ({
      ...item,
      monthlyBudgetNanoUsd: budget,
    });

    test('bounds what the key holds and has been charged together, to the last nano-USD', async () => {
      const [accountId, keyId] = [await createAccount(1_000n), uuidv7()];
      const [first, second] = [reservation(accountId, keyId, 60n), reservation(accountId, keyId, 40n)];
      const third = reservation(accountId, keyId, 1n);
      const items = [first, second, third].map((item) => within(100n, item));
      const rows = await holds.reserve(items, day);
      expect(rows.map((row) => row.outcome)).toEqual(['held', 'held', 'budget-exceeded']);
      expect(rows[2]).toMatchObject({ amount_nano_usd: 1n, available_nano_usd: 0n });
      await settle(first, 25n);
      expect(await monthOf(keyId)).toEqual(['40 held, 25 charged']);
      await release(second);
      expect(await monthOf(keyId)).toEqual(['0 held, 25 charged']);
      expect(await reserve(within(100n, reservation(accountId, keyId, 76n)))).toEqual(['budget-exceeded']);
      expect(await reserve(within(100n, reservation(accountId, keyId, 75n)))).toEqual(['held']);
    });

    test('counts what the key spent and holds from before it had a budget', async () => {
      const [accountId, keyId] = [await createAccount(1_000n), uuidv7()];
      const [spent, open] = [reservation(accountId, keyId, 50n), reservation(accountId, keyId, 30n)];
      await reserve(spent, open, reservation(accountId, uuidv7(), 500n));
      await settle(spent, 45n);
      expect(await reserve(within(100n, reservation(accountId, keyId, 26n)))).toEqual(['budget-exceeded']);
      expect(await reserve(within(100n, reservation(accountId, keyId, 25n)))).toEqual(['held']);
      await settle(open, 10n);
      expect(await monthOf(keyId)).toEqual(['25 held, 55 charged']);
    });

    test('a key without a budget, and another key of the account, are not bound by it', async () => {
      const [accountId, keyId] = [await createAccount(1_000n), uuidv7()];
      expect(
        await reserve(
          within(10n, reservation(accountId, keyId, 10n)),
          within(10n, reservation(accountId, uuidv7(), 10n)),
          reservation(accountId, uuidv7(), 100n),
        ),
      ).toEqual(['held', 'held', 'held']);
    });

    test('an expired hold gives its budget back', async () => {
      const [accountId, keyId] = [await createAccount(1_000n), uuidv7()];
      await holds.reserve([within(10n, reservation(accountId, keyId, 10n))], -1);
      await holds.expire(day, 1_000);
      expect(await monthOf(keyId)).toEqual(['0 held, 0 charged']);
    });

    test('holds under 200 concurrent reservations', async () => {
      const [accountId, keyId] = [await createAccount(1_000_000n), uuidv7()];
      const outcomes = await Promise.all(
        Array.from({ length: 200 }, () => reserve(within(1_000n, reservation(accountId, keyId, 30n)))),
      );
      expect(outcomes.flat().filter((outcome) => outcome === 'held')).toHaveLength(33);
      expect(await monthOf(keyId)).toEqual(['990 held, 0 charged']);
    });
  });

  describe('a request that may be asked again', () => {
    const digestOf = (body: string) => createHash('sha256').update(body).digest();

    const named = (
      item: PricedReservation,
      attemptId: string = uuidv7(),
      body = 'body',
    ): PricedReservation => ({
      ...item,
      repeatable: { requestDigest: digestOf(body), attemptId },
    });

    test('is held for one HTTP request at a time, however often that one asks', async () => {
      const [item, attemptId] = [reservation(await createAccount(100n), uuidv7(), 10n), uuidv7()];
      expect(await reserve(named(item, attemptId))).toEqual(['held']);
      expect(await reserve(named(item, attemptId))).toEqual(['held']);
      expect(await reserve(named(item))).toEqual(['in-progress']);
    });

    test('is told that it has been settled, and not held again', async () => {
      const item = reservation(await createAccount(100n), uuidv7(), 10n);
      await reserve(named(item));
      await settle(item, 5n);
      expect(await reserve(named(item))).toEqual(['already-settled']);
    });

    test('is a conflict with another body, whatever has become of the first', async () => {
      const item = reservation(await createAccount(100n), uuidv7(), 10n);
      await reserve(named(item));
      expect(await reserve(named(item, uuidv7(), 'another body'))).toEqual(['conflict']);
      await settle(item, 5n);
      expect(await reserve(named(item, uuidv7(), 'another body'))).toEqual(['conflict']);
    });

    test('is told that it has been settled although its hold was lost', async () => {
      const item = reservation(await createAccount(100n), uuidv7(), 10n);
      await settle(item, 5n);
      expect(await reserve(named(item))).toEqual(['already-settled']);
    });

    test('once released, or expired and then released, can never be charged under that id', async () => {
      const accountId = await createAccount(100n);
      const [released, expired] = [
        reservation(accountId, uuidv7(), 10n),
        reservation(accountId, uuidv7(), 10n),
      ];
      await reserve(named(released));
      await holds.reserve([named(expired)], -1);
      await release(released);
      await holds.expire(day, 1_000);
      expect(await reserve(named(released), named(expired))).toEqual(['ended', 'ended']);
      expect((await release(expired))[0]!.outcome).toBe('released');
      expect((await settle(expired, 5n))[0]!.outcome).toBe('conflict');
    });
  });

  test('a settlement under another price plan than its hold pinned is a conflict', async () => {
    const accountId = await createAccount(100n);
    const { rows } = await pool.query<{ id: bigint }>(
      `INSERT INTO price_plans (account_id, basis_points, effective_from, reason) VALUES ($1, 9000, now(), 'test') RETURNING id`,
      [accountId],
    );
    const item = { ...reservation(accountId, uuidv7(), 10n), pricePlanId: rows[0]!.id };
    await reserve(item);
    expect((await settle({ ...item, pricePlanId: null }, 5n))[0]!.outcome).toBe('conflict');
    expect((await settle(item, 5n))[0]!.outcome).toBe('charged');
  });

  test.each([
    { reason: 'above-hold', before: async () => undefined },
    {
      reason: 'hold-expired',
      before: async () => {
        await pool.query('UPDATE holds SET expires_at = now() WHERE state = $1', ['held']);
        await holds.expire(day, 1_000);
      },
    },
  ])('what the balance does not cover is borne by the house: $reason', async ({ reason, before }) => {
    const item = reservation(await createAccount(100n), uuidv7(), 10n);
    await reserve(item);
    await before();
    await settle(item, 130n);
    expect(await lossOf(item.holdId)).toEqual([{ reason, amount: 30n }]);
  });

  test('what was used after its release is borne by the house once, however often it is settled', async () => {
    const item = reservation(await createAccount(100n), uuidv7(), 10n);
    await reserve(item);
    await release(item);
    await settle(item, 7n);
    await settle(item, 7n);
    expect(await lossOf(item.holdId)).toEqual([{ reason: 'after-release', amount: 7n }]);
  });

  async function lossOf(holdId: string) {
    const { rows } = await pool.query(
      'SELECT reason, amount_nano_usd AS amount FROM house_losses WHERE transaction_id = $1',
      [holdId],
    );
    return rows;
  }
});
