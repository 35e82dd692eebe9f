import type { Usage } from '@tokenroute/contracts';
import { nanoUsd } from '@tokenroute/money';
import { type PostgresPool } from '@tokenroute/service-kit';
import { v7 as uuidv7 } from 'uuid';
import { verifyLedger } from '../ledger/verify-ledger.js';
import { type BillingDatabase, createBillingDatabase } from '../testing/create-billing-database.js';
import { HoldRepository } from './hold.repository.js';
import { fromTelemetryRow, type TelemetryRow } from './telemetry-row.js';

/**
 * The ledger as a table: one history a line. Amounts are nano-USD; an account begins with 100.
 *   R a 30   reserve 30 as hold a        S a 20   settle hold a for 20
 *   L a      release hold a              X        expire everything that is open
 * Behind `=>`: the outcome of each event in turn, then balance and held.
 */
const histories = `
  R a 30                        => held                                    | 100 30
  R a 100                       => held                                    | 100 100
  R a 101                       => insufficient-funds                      | 100 0
  R a 60, R b 50                => held insufficient-funds                 | 100 60
  R a 60, R b 50, R c 40        => held insufficient-funds held            | 100 100
  R a 30, R a 30                => held held                               | 100 30
  R a 30, R a 31                => held conflict                           | 100 30
  R a 30, S a 20                => held charged:20                         | 80 0
  R a 30, S a 30                => held charged:30                         | 70 0
  R a 30, S a 0                 => held charged:0                          | 100 0
  R a 30, S a 20, S a 20        => held charged:20 charged:20              | 80 0
  R a 30, S a 20, S a 21        => held charged:20 conflict                | 80 0
  R a 30, S a 20, L a           => held charged:20 conflict                | 80 0
  R a 30, S a 20, R a 30        => held charged:20 ended                   | 80 0
  R a 30, L a                   => held released                           | 100 0
  R a 30, L a, L a              => held released released                  | 100 0
  R a 30, L a, S a 20           => held released conflict                  | 100 0
  R a 30, L a, R a 30           => held released ended                     | 100 0
  L a, R a 30                   => released ended                          | 100 0
  L a, S a 20                   => released conflict                       | 100 0
  R a 30, X                     => held 1                                  | 100 0
  R a 30, X, L a                => held 1 released                         | 100 0
  R a 30, X, L a, S a 20        => held 1 released conflict                | 100 0
  R a 30, X, R a 30             => held 1 ended                            | 100 0
  R a 30, X, S a 20             => held 1 charged:20                       | 80 0
  R a 30, X, S a 20, S a 20     => held 1 charged:20 charged:20            | 80 0
  R a 30, X, R b 90, S a 20     => held 1 held charged:10                  | 90 90
  S a 20                        => charged:20                              | 80 0
  S a 20, S a 20                => charged:20 charged:20                   | 80 0
  S a 20, R a 30                => charged:20 ended                        | 80 0
  S a 130                       => charged:100                             | 0 0
  R a 30, S a 50                => held charged:50                         | 50 0
  R a 30, R b 60, S a 50        => held held charged:40                    | 60 60
  R a 30, R b 70, S a 50        => held held charged:30                    | 70 70
  R a 30, R b 70, S a 50, S b 1 => held held charged:30 charged:1          | 69 0
`;

interface Event {
  action: 'R' | 'S' | 'L' | 'X';
  hold: string;
  amount: number;
}

const rows = histories
  .trim()
  .split('\n')
  .map((line) => {
    const [events, expected] = line.split('=>').map((part) => part.trim()) as [string, string];
    const [outcomes, books] = expected.split('|').map((part) => part.trim()) as [string, string];
    return { events, outcomes, books };
  });

const priceId = 2n;
const noUsage: Usage = {
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  audioInputTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  estimated: false,
};

describe('the ledger', () => {
  let database: BillingDatabase;
  let pool: PostgresPool;
  let holds: HoldRepository;
  const keyId = uuidv7();
  const gatewayId = uuidv7();

  beforeAll(async () => {
    database = await createBillingDatabase(8);
    pool = database.pool;
    holds = new HoldRepository(pool);
  }, 60_000);

  afterAll(async () => {
    await database.end();
  });

  async function createAccount(balanceNanoUsd: bigint): Promise<string> {
    const id = uuidv7();
    await pool.query(
      `INSERT INTO accounts (id, kind, balance_nano_usd, held_nano_usd) VALUES ($1, 'customer', 0, 0)`,
      [id],
    );
    if (balanceNanoUsd > 0n) await pool.query('SELECT grant_credit($1, $1, $2)', [id, balanceNanoUsd]);
    return id;
  }

  async function booksOf(accountId: string): Promise<string> {
    const { rows: accounts } = await pool.query<{ balance: bigint; held: bigint }>(
      'SELECT balance_nano_usd AS balance, held_nano_usd AS held FROM accounts WHERE id = $1',
      [accountId],
    );
    return `${accounts[0]!.balance} ${accounts[0]!.held}`;
  }

  function reservation(accountId: string, holdId: string, amount: number) {
    return {
      holdId,
      accountId,
      keyId,
      gatewayId,
      model: 'gpt-4o-mini',
      inputTokensBound: amount,
      outputTokensLimit: 1,
      ceilingNanoUsd: nanoUsd(BigInt(amount)),
      priceId,
      pricePlanId: null,
    };
  }

  function settlement(accountId: string, holdId: string, amount: number) {
    return {
      holdId,
      accountId,
      keyId,
      model: 'gpt-4o-mini',
      priceId,
      usage: { ...noUsage, inputTokens: amount },
      usedAtUnixMs: 0n,
      costNanoUsd: nanoUsd(BigInt(amount)),
    };
  }

  async function happen(event: Event, accountId: string, holdId: string): Promise<string> {
    switch (event.action) {
      case 'R':
        return (await holds.reserve([reservation(accountId, holdId, event.amount)], 60_000))[0]!.outcome;
      case 'S': {
        const [row] = await holds.settle([settlement(accountId, holdId, event.amount)]);
        return row!.outcome === 'charged' ? `charged:${row!.charged_nano_usd}` : row!.outcome;
      }
      case 'L':
        return (await holds.release([{ accountId, holdId }]))[0]!.outcome;
      case 'X':
        // Open since before any gateway was heard of: expired whatever their time to live.
        return String(await holds.expire(0, 1_000));
      default:
        return event.action satisfies never;
    }
  }

  async function expectNoViolation(): Promise<void> {
    const broken = (await verifyLedger(pool)).filter((result) => result.violations > 0);
    expect(broken).toEqual([]);
  }

  test.each(rows)('$events => $outcomes | $books', async ({ events, outcomes, books }) => {
    await pool.query("SELECT expire_holds(interval '0', 1000000)");
    const accountId = await createAccount(100n);
    const ids = new Map<string, string>();
    const seen: string[] = [];
    for (const text of events.split(',')) {
      const [action, hold = '', amount = '0'] = text.trim().split(' ') as [Event['action'], string?, string?];
      if (!ids.has(hold)) ids.set(hold, uuidv7());
      seen.push(await happen({ action, hold, amount: Number(amount) }, accountId, ids.get(hold)!));
    }
    expect(seen.join(' ')).toBe(outcomes);
    expect(await booksOf(accountId)).toBe(books);
    await expectNoViolation();
  });

  test('a ceiling above the maximum of its reservation holds nothing; one that is equal is held', async () => {
    const accountId = await createAccount(100n);
    const capped = (holdId: string, amount: number, maxAmountNanoUsd: bigint) => ({
      ...reservation(accountId, holdId, amount),
      maxAmountNanoUsd,
    });
    const outcomes = await holds.reserve(
      [capped(uuidv7(), 30, 29n), capped(uuidv7(), 30, 30n), capped(uuidv7(), 101, 0n)],
      60_000,
    );
    expect(outcomes.map((row) => row.outcome)).toEqual(['maximum-exceeded', 'held', 'maximum-exceeded']);
    expect(outcomes[0]!.amount_nano_usd).toBe(30n);
    expect(await booksOf(accountId)).toBe('100 30');
    await expectNoViolation();
  });

  test('a repeated reservation is held whatever the price has become, and a conflict under a lower maximum', async () => {
    const [accountId, holdId] = [await createAccount(100n), uuidv7()];
    const item = { ...reservation(accountId, holdId, 30), maxAmountNanoUsd: 30n };
    await holds.reserve([item], 60_000);
    const dearer = { ...item, ceilingNanoUsd: nanoUsd(31n) };
    const [again] = await holds.reserve([dearer], 60_000);
    expect(again).toMatchObject({ outcome: 'held', amount_nano_usd: 30n });
    const [lower] = await holds.reserve([{ ...item, maxAmountNanoUsd: 29n }], 60_000);
    expect(lower!.outcome).toBe('conflict');
    expect(await booksOf(accountId)).toBe('100 30');
  });

  test('a repeated settlement is told when the answer ended that was charged', async () => {
    const [accountId, holdId] = [await createAccount(100n), uuidv7()];
    const first = { ...settlement(accountId, holdId, 20), usedAtUnixMs: 1_795_395_600_123n };
    const usedAt = new Date(1_795_395_600_123);
    expect((await holds.settle([first]))[0]).toMatchObject({ outcome: 'charged', used_at: usedAt });
    const [repeat] = await holds.settle([{ ...first, usedAtUnixMs: 0n }]);
    expect(repeat).toMatchObject({ outcome: 'charged', charged_nano_usd: 20n, used_at: usedAt });
  });

  const telemetry = {
    httpStatus: 200,
    durationMs: 900,
    firstTokenMs: 80,
    streamed: true,
    finishReason: 'stop',
    upstreamModel: 'gpt-4o-mini-2024-07-18',
  };

  const keptOf = async (holdId: string) =>
    (
      await pool.query<TelemetryRow>(
        `SELECT http_status, duration_ms, first_token_ms, streamed, finish_reason, upstream_model FROM holds WHERE id = $1`,
        [holdId],
      )
    ).rows[0]!;

  test('what a request was like is kept with the end of its hold, and not changed by a repeat', async () => {
    const accountId = await createAccount(100n);
    const [charged, free, lost, silent] = [uuidv7(), uuidv7(), uuidv7(), uuidv7()];
    await holds.reserve(
      [charged, free, silent].map((holdId) => reservation(accountId, holdId, 30)),
      60_000,
    );
    const failed = { ...telemetry, httpStatus: 502, finishReason: '' };
    await holds.settle([
      { ...settlement(accountId, charged, 1), telemetry },
      { ...settlement(accountId, lost, 1), telemetry },
      settlement(accountId, silent, 1),
    ]);
    await holds.release([{ accountId, holdId: free, telemetry: failed }]);
    const repeated = { ...telemetry, durationMs: 1 };
    await holds.settle([{ ...settlement(accountId, charged, 1), telemetry: repeated }]);
    await holds.release([{ accountId, holdId: free, telemetry: repeated }]);
    expect(fromTelemetryRow(await keptOf(charged))).toEqual(telemetry);
    expect(fromTelemetryRow(await keptOf(lost))).toEqual(telemetry);
    expect(fromTelemetryRow(await keptOf(free))).toEqual(failed);
    expect(fromTelemetryRow(await keptOf(silent))).toBeUndefined();
    await expectNoViolation();
  });

  test('no charge or release is refused for what its request was like', async () => {
    const accountId = await createAccount(100n);
    const absurd = {
      httpStatus: 4_294_967_295,
      durationMs: 4_294_967_295,
      firstTokenMs: 4_294_967_295,
      streamed: false,
      finishReason: 'a\0b',
      upstreamModel: '\ud800'.repeat(1_000_000),
    };
    const [charged, free] = [uuidv7(), uuidv7()];
    const [settled] = await holds.settle([{ ...settlement(accountId, charged, 20), telemetry: absurd }]);
    const [released] = await holds.release([{ accountId, holdId: free, telemetry: absurd }]);
    expect([settled!.outcome, released!.outcome]).toEqual(['charged', 'released']);
    expect(await booksOf(accountId)).toBe('80 0');
  });

  test('services of the version before, whose messages and statements have none of it, charge and release as ever', async () => {
    const accountId = await createAccount(100n);
    const [charged, free] = [uuidv7(), uuidv7()];
    await holds.reserve(
      [charged, free].map((holdId) => reservation(accountId, holdId, 30)),
      60_000,
    );
    const settled = await pool.query<object>(
      `SELECT outcome, charged_nano_usd FROM settle_holds(ARRAY[$1]::uuid[], ARRAY[$2]::uuid[], ARRAY[$3]::uuid[], '{gpt-4o-mini}',
         ARRAY[$4]::bigint[], '{NULL}', '{20}', '{20}', '{0}', '{0}', '{0}', '{0}', '{0}', '{0}', '{f}', '{0}')`,
      [charged, accountId, keyId, priceId],
    );
    expect(settled.rows).toEqual([{ outcome: 'charged', charged_nano_usd: 20n }]);
    const released = await pool.query<object>(
      'SELECT outcome FROM release_holds(ARRAY[$1]::uuid[], ARRAY[$2]::uuid[])',
      [free, accountId],
    );
    expect(released.rows).toEqual([{ outcome: 'released' }]);
    expect(await booksOf(accountId)).toBe('80 0');
    await expectNoViolation();
  });

  test('a batch sees its own items in order, account by account', async () => {
    const [first, second] = [await createAccount(100n), await createAccount(50n)];
    const outcomes = await holds.reserve(
      [
        reservation(second, uuidv7(), 40),
        reservation(first, uuidv7(), 60),
        reservation(second, uuidv7(), 20),
        reservation(first, uuidv7(), 40),
        reservation(uuidv7(), uuidv7(), 1),
      ],
      60_000,
    );
    expect(outcomes.map((row) => row.outcome)).toEqual([
      'held',
      'held',
      'insufficient-funds',
      'held',
      'unknown-account',
    ]);
    expect(outcomes[2]).toMatchObject({ amount_nano_usd: 20n, available_nano_usd: 10n });
  });

  test('another account cannot end a hold', async () => {
    const [owner, stranger] = [await createAccount(100n), await createAccount(100n)];
    const holdId = uuidv7();
    await holds.reserve([reservation(owner, holdId, 30)], 60_000);
    expect((await holds.release([{ accountId: stranger, holdId }]))[0]!.outcome).toBe('conflict');
    expect((await holds.settle([settlement(stranger, holdId, 10)]))[0]!.outcome).toBe('conflict');
    expect(await booksOf(owner)).toBe('100 30');
  });

  test('what customer and hold cannot cover is the house’s loss, and the books say so', async () => {
    const accountId = await createAccount(100n);
    const holdId = uuidv7();
    await holds.reserve([reservation(accountId, holdId, 30)], 60_000);
    await holds.settle([settlement(accountId, holdId, 130)]);
    const { rows: entries } = await pool.query<{ kind: string; amount: bigint }>(
      `SELECT a.kind, e.amount_nano_usd AS amount FROM entries e JOIN accounts a ON a.id = e.account_id
       WHERE e.transaction_id = $1 ORDER BY a.kind`,
      [holdId],
    );
    expect(entries).toEqual([
      { kind: 'customer', amount: -100n },
      { kind: 'house-loss', amount: -30n },
      { kind: 'revenue', amount: 130n },
    ]);
  });

  test('a hold of a gateway that is heard of outlives the silence of others', async () => {
    const accountId = await createAccount(100n);
    const [quiet, alive] = [uuidv7(), uuidv7()];
    await pool.query(`INSERT INTO gateways VALUES ($1, now() - interval '1 hour'), ($2, now())`, [
      quiet,
      alive,
    ]);
    await holds.reserve([{ ...reservation(accountId, uuidv7(), 10), gatewayId: quiet }], 60_000);
    await holds.reserve([{ ...reservation(accountId, uuidv7(), 20), gatewayId: alive }], 60_000);
    await holds.expire(30_000, 1_000);
    expect(await booksOf(accountId)).toBe('100 20');
  });

  test('a hold whose time has run out expires although its gateway lives', async () => {
    const accountId = await createAccount(100n);
    await holds.gatewayIsAlive(gatewayId);
    await holds.reserve([reservation(accountId, uuidv7(), 10)], -1);
    await holds.expire(3_600_000, 1_000);
    expect(await booksOf(accountId)).toBe('100 0');
  });

  test.each([
    ['UPDATE entries SET amount_nano_usd = 1', /append-only/],
    ['DELETE FROM transactions', /append-only/],
    ['TRUNCATE entries', /append-only/],
    ['UPDATE prices SET output_pico_usd = 0', /append-only/],
    [
      `WITH t AS (INSERT INTO transactions (id, kind) VALUES (gen_random_uuid(), 'grant') RETURNING id)
       INSERT INTO entries (transaction_id, account_id, amount_nano_usd) SELECT id, '00000000-0000-0000-0000-000000000001', 5 FROM t`,
      /do not sum to zero/,
    ],
    [`UPDATE accounts SET held_nano_usd = balance_nano_usd + 1 WHERE kind = 'customer'`, /held_is_covered/],
    [`UPDATE accounts SET held_nano_usd = -1 WHERE kind = 'customer'`, /held_is_not_negative/],
  ])('the database itself refuses: %s', async (statement, refusal) => {
    await createAccount(100n);
    await expect(pool.query(statement)).rejects.toThrow(refusal);
  });

  test('verify finds a balance that was tampered with', async () => {
    const accountId = await createAccount(100n);
    await pool.query('UPDATE accounts SET balance_nano_usd = 101 WHERE id = $1', [accountId]);
    const broken = (await verifyLedger(pool)).filter((result) => result.violations > 0);
    expect(broken.map((result) => result.invariant)).toEqual([
      "every customer's balance is the sum of its entries",
    ]);
    expect(broken[0]!.rows[0]).toContain(accountId);
    await pool.query('UPDATE accounts SET balance_nano_usd = 100 WHERE id = $1', [accountId]);
  });

  test('many writers on shared accounts in opposite orders: no deadlock, no overdraft, one end each', async () => {
    const accounts = await Promise.all(Array.from({ length: 5 }, () => createAccount(2_000n)));
    let charged = 0n;
    const writers = Array.from({ length: 8 }, async (_, writer) => {
      for (let round = 0; round < 25; round += 1) {
        const order = writer % 2 === 0 ? accounts : accounts.toReversed();
        const items = order.map((accountId) => ({ accountId, holdId: uuidv7() }));
        const held = await holds.reserve(
          items.map((item) => reservation(item.accountId, item.holdId, 30)),
          60_000,
        );
        const open = items.filter((_item, index) => held[index]!.outcome === 'held');
        if (open.length === 0) continue;
        const half = open.slice(0, open.length / 2);
        const [settled] = await Promise.all([
          holds.settle(open.map((item) => settlement(item.accountId, item.holdId, 10))),
          // Races the settlement: one of the two wins, never both.
          half.length > 0 ? holds.release(half) : [],
        ]);
        for (const row of settled) charged += row.charged_nano_usd ?? 0n;
      }
    });
    await Promise.all(writers);
    const { rows: totals } = await pool.query<{ balance: bigint; held: bigint }>(
      `SELECT sum(balance_nano_usd)::bigint AS balance, sum(held_nano_usd)::bigint AS held FROM accounts WHERE id = ANY ($1)`,
      [accounts],
    );
    expect(totals[0]).toEqual({ balance: 10_000n - charged, held: 0n });
    await expectNoViolation();
  }, 60_000);
});
