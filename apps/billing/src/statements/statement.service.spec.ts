import type {
  ExportStatementResponse,
  StatementFooter,
  StatementHeader,
  StatementLine,
} from '@tokenroute/contracts';
import type { PostgresPool } from '@tokenroute/service-kit';
import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { type BillingDatabase, createBillingDatabase } from '../testing/create-billing-database.js';
import { StatementService } from './statement.service.js';

const house: Record<string, string> = {
  charge: '00000000-0000-0000-0000-000000000001',
  grant: '00000000-0000-0000-0000-000000000002',
  'top-up': '00000000-0000-0000-0000-000000000004',
  refund: '00000000-0000-0000-0000-000000000005',
  dispute: '00000000-0000-0000-0000-000000000006',
};

interface Movement {
  kind: string;
  amount: bigint;
  /** ISO 8601 to the microsecond, with any zone. */
  at: string;
  /** What of a charge's cost the house bears. */
  lost?: bigint;
}

interface Statement {
  header: StatementHeader;
  lines: StatementLine[];
  footer: StatementFooter;
}

async function collect(parts: AsyncIterable<ExportStatementResponse>): Promise<Statement> {
  const all: NonNullable<ExportStatementResponse['part']>[] = [];
  for await (const { part } of parts) all.push(part!);
  const [header, footer] = [all[0]!, all.at(-1)!];
  if (header.$case !== 'header' || footer.$case !== 'footer') throw new Error('not a whole statement');
  const lines = all.slice(1, -1).flatMap((part) => (part.$case === 'page' ? part.value.lines : []));
  return { header: header.value, lines, footer: footer.value };
}

const sum = (amounts: bigint[]) => amounts.reduce((total, amount) => total + amount, 0n);

describe('a statement', () => {
  let database: BillingDatabase;
  let pool: PostgresPool;
  let statements: StatementService;

  beforeAll(async () => {
    database = await createBillingDatabase(1);
    // A server at the other end of the world: its own midnight is not ours.
    await database.pool.query(
      `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone TO ''Pacific/Kiritimati''', current_database()); END $$`,
    );
    pool = database.open('test', 4);
    statements = new StatementService(pool);
  }, 60_000);

  afterAll(async () => {
    await pool.end();
    await database.end();
  });

  async function createAccount(): Promise<string> {
    const id = uuidv7();
    await pool.query(
      `INSERT INTO accounts (id, kind, email, balance_nano_usd, held_nano_usd) VALUES ($1, 'customer', 'a@example.com', 0, 0)`,
      [id],
    );
    return id;
  }

  /** Writes movements as they would have been written at their time, in whatever order they come. */
  async function write(accountId: string, movements: Movement[]): Promise<string[]> {
    const ids = movements.map(() => uuidv7());
    for (const [index, { kind, amount, at, lost = 0n }] of movements.entries()) {
      const id = ids[index]!;
      await pool.query('INSERT INTO transactions (id, kind, created_at) VALUES ($1, $2, $3)', [id, kind, at]);
      const legs = [
        [accountId, amount],
        [house[kind]!, lost - amount],
        ['00000000-0000-0000-0000-000000000003', -lost],
      ].filter(([, nanoUsd]) => nanoUsd !== 0n);
      await pool.query(
        `INSERT INTO entries (transaction_id, account_id, amount_nano_usd, created_at)
         SELECT $1, leg.account_id, leg.amount, $4 FROM unnest($2::uuid[], $3::bigint[]) AS leg (account_id, amount)`,
        [id, legs.map(([account]) => account), legs.map(([, nanoUsd]) => String(nanoUsd)), at],
      );
      if (kind !== 'charge') continue;
      await pool.query(
        `INSERT INTO holds (id, account_id, state, amount_nano_usd, key_id, model, ended_at, cost_nano_usd, charged_nano_usd,
           input_tokens, cached_input_tokens, cache_write_5m_tokens, cache_write_1h_tokens, audio_input_tokens, output_tokens,
           reasoning_tokens, usage_estimated)
         VALUES ($1, $2, 'settled', 0, $3, 'gpt-4o-mini', $4, $5, $6, 7, 2, 0, 0, 0, 3, 1, false)`,
        [id, accountId, accountId, at, String(lost - amount), String(-amount)],
      );
    }
    return ids;
  }

  const read = (accountId: string, month: string) => collect(statements.export(accountId, month));

  test('tells every movement with what it left, and of a charge the request behind it', async () => {
    const accountId = await createAccount();
    const [, topUp, charge, , refund] = await write(accountId, [
      { kind: 'grant', amount: 1_000n, at: '2026-01-31T23:59:59.999999Z' },
      { kind: 'top-up', amount: 5_000n, at: '2026-02-01T00:00:00Z' },
      { kind: 'charge', amount: -700n, lost: 300n, at: '2026-02-14T12:00:00Z' },
      { kind: 'grant', amount: 1n, at: '2026-03-01T00:00:00Z' },
      { kind: 'refund', amount: -300n, at: '2026-02-28T23:59:59.999999Z' },
    ]);
    const { header, lines, footer } = await read(accountId, '2026-02');
    expect(header).toMatchObject({
      accountId,
      month: '2026-02',
      beginsAt: new Date('2026-02-01T00:00:00Z'),
      endsAt: new Date('2026-03-01T00:00:00Z'),
      openingNanoUsd: 1_000n,
    });
    expect(lines).toEqual([
      {
        at: new Date('2026-02-01T00:00:00Z'),
        kind: 'top-up',
        transactionId: topUp,
        amountNanoUsd: 5_000n,
        balanceNanoUsd: 6_000n,
        charge: undefined,
      },
      {
        at: new Date('2026-02-14T12:00:00Z'),
        kind: 'charge',
        transactionId: charge,
        amountNanoUsd: -700n,
        balanceNanoUsd: 5_300n,
        charge: {
          model: 'gpt-4o-mini',
          keyId: accountId,
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
          costNanoUsd: 1_000n,
          chargedNanoUsd: 700n,
        },
      },
      {
        at: new Date('2026-02-28T23:59:59.999Z'),
        kind: 'refund',
        transactionId: refund,
        amountNanoUsd: -300n,
        balanceNanoUsd: 5_000n,
        charge: undefined,
      },
    ]);
    expect(footer).toEqual({
      lines: 3n,
      totals: [
        { kind: 'charge', lines: 1n, amountNanoUsd: -700n },
        { kind: 'refund', lines: 1n, amountNanoUsd: -300n },
        { kind: 'top-up', lines: 1n, amountNanoUsd: 5_000n },
      ],
      closingNanoUsd: 5_000n,
    });
  });

  const edges = ['2026-04-01T00:00:00', '2026-05-01T00:00:00', '2026-06-01T00:00:00'];
  const movement = fc
    .record({
      kind: fc.constantFrom(...Object.keys(house)),
      amount: fc.bigInt({ min: 1n, max: 10n ** 17n }),
      lost: fc.bigInt({ min: 0n, max: 1_000n }),
      edge: fc.constantFrom(...edges),
      // A day around the edge, with the edge itself and its neighbours more often than chance would have it.
      microseconds: fc.oneof(
        fc.integer({ min: -2, max: 2 }),
        fc.integer({ min: -86_400_000_000, max: 86_400_000_000 }),
      ),
      zoneHours: fc.constantFrom(0, -11, 5, 14),
    })
    .map(({ kind, amount, lost, edge, microseconds, zoneHours }): Movement => {
      const seconds = Math.floor(microseconds / 1e6);
      const rest = String(microseconds - seconds * 1e6).padStart(6, '0');
      const local = new Date(Date.parse(`${edge}Z`) + seconds * 1_000 + zoneHours * 3_600_000).toISOString();
      const zone = `${zoneHours < 0 ? '-' : '+'}${String(Math.abs(zoneHours)).padStart(2, '0')}:00`;
      const signed = kind === 'top-up' || kind === 'grant' ? amount : -amount;
      return {
        kind,
        amount: signed,
        at: `${local.slice(0, 19)}.${rest}${zone}`,
        ...(kind === 'charge' && { lost }),
      };
    });

  test('of any history adds up to the nano-USD, and neighbouring months join', async () => {
    const months = ['2026-03', '2026-04', '2026-05', '2026-06'];
    await fc.assert(
      fc.asyncProperty(fc.array(movement, { maxLength: 30 }), async (movements) => {
        const accountId = await createAccount();
        const ids = await write(accountId, movements);
        const all: StatementLine[] = [];
        let closing = 0n;
        for (const month of months) {
          const { header, lines, footer } = await read(accountId, month);
          expect(header.openingNanoUsd).toBe(closing);
          closing = footer.closingNanoUsd;
          expect(header.openingNanoUsd + sum(lines.map(({ amountNanoUsd }) => amountNanoUsd))).toBe(closing);
          expect(sum(footer.totals.map(({ amountNanoUsd }) => amountNanoUsd))).toBe(
            closing - header.openingNanoUsd,
          );
          expect(footer.lines).toBe(BigInt(lines.length));
          expect(lines.at(-1)?.balanceNanoUsd ?? closing).toBe(closing);
          for (const { at } of lines) expect(at!.toISOString().slice(0, 7)).toBe(month);
          const times = lines.map(({ at }) => at!.getTime());
          expect(times).toEqual([...times].sort((left, right) => left - right));
          all.push(...lines);
        }
        // Each movement once, as it was written: nothing falls between two months or into both.
        expect(closing).toBe(sum(movements.map(({ amount }) => amount)));
        expect(
          new Map(all.map((line) => [line.transactionId, `${line.kind} ${line.amountNanoUsd}`])),
        ).toEqual(new Map(movements.map(({ kind, amount }, index) => [ids[index]!, `${kind} ${amount}`])));
        expect(all).toHaveLength(movements.length);
      }),
      { numRuns: 25 },
    );
  }, 120_000);

  test('of a month without movements opens and closes with the same balance', async () => {
    const accountId = await createAccount();
    await write(accountId, [{ kind: 'grant', amount: 5n, at: '2026-01-01T00:00:00Z' }]);
    const { header, lines, footer } = await read(accountId, '2026-06');
    expect([header.openingNanoUsd, lines, footer]).toEqual([
      5n,
      [],
      { lines: 0n, totals: [], closingNanoUsd: 5n },
    ]);
  });

  test('is of one moment: what is written while it is read is not in it, and does not break it', async () => {
    const accountId = await createAccount();
    await write(accountId, [{ kind: 'grant', amount: 5n, at: '2026-02-01T00:00:00Z' }]);
    const parts = statements.export(accountId, '2026-02');
    const first = (await parts.next()).value;
    await write(accountId, [{ kind: 'grant', amount: 7n, at: '2026-02-01T00:00:00Z' }]);
    const { lines, footer } = await collect(
      (async function* () {
        yield first!;
        yield* parts;
      })(),
    );
    expect([lines.length, footer.closingNanoUsd]).toEqual([1, 5n]);
    expect((await read(accountId, '2026-02')).footer.closingNanoUsd).toBe(12n);
  });

  test('that nobody reads on gives its connection back when it is left', async () => {
    const accountId = await createAccount();
    const left = Array.from({ length: 4 }, () => statements.export(accountId, '2026-02'));
    for (const parts of left) await parts.next();
    expect([pool.totalCount, pool.idleCount]).toEqual([4, 0]);
    for (const parts of left) await parts.return();
    expect(pool.idleCount).toBe(4);
  });

  test('whose connection is lost fails, and is never completed', async () => {
    const accountId = await createAccount();
    await write(accountId, [{ kind: 'grant', amount: 5n, at: '2026-02-01T00:00:00Z' }]);
    const parts = statements.export(accountId, '2026-02');
    await parts.next();
    await pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction' AND datname = current_database()`,
    );
    await expect(parts.next()).rejects.toThrow();
    expect((await read(accountId, '2026-02')).lines).toHaveLength(1);
  });

  test.each([
    ['2026-13', 'month: must be a month such as 2026-11.'],
    ['', 'month: must be a month such as 2026-11.'],
    ['2999-01', 'month: 2999-01 has not begun (UTC).'],
  ])('of the month %j is refused', async (month, message) => {
    await expect(read(await createAccount(), month)).rejects.toMatchObject({
      code: 'invalid-request',
      param: 'month',
      publicMessage: message,
    });
  });

  test.each(['not-an-id', uuidv7(), house['charge']!])(
    'of %s, which is no customer, is not found',
    async (id) => {
      await expect(read(id, '2026-02')).rejects.toMatchObject({ code: 'not-found' });
    },
  );

  describe('of a busy month', () => {
    const count = 100_000;
    let accountId: string;

    beforeAll(async () => {
      accountId = await createAccount();
      await pool.query(
        `WITH made AS (
           SELECT gen_random_uuid() AS id, '2026-07-01T00:00:00Z'::timestamptz + s * interval '20 seconds' AS at
           FROM generate_series(1, $1::int) s
         ), written AS (
           INSERT INTO transactions (id, kind, created_at) SELECT id, 'charge', at FROM made
         ), held AS (
           INSERT INTO holds (id, account_id, state, amount_nano_usd, model, ended_at, cost_nano_usd, charged_nano_usd, created_at)
           SELECT id, $2, 'settled', 0, 'gpt-4o-mini', at, 3, 3, at FROM made
         )
         INSERT INTO entries (transaction_id, account_id, amount_nano_usd, created_at)
         SELECT id, $2::uuid, -3, at FROM made UNION ALL SELECT id, $3::uuid, 3, at FROM made`,
        [count, accountId, house['charge']],
      );
      await pool.query('ANALYZE');
    }, 120_000);

    test('reads on only when it is asked to, and never holds more than a page', async () => {
      const parts = statements.export(accountId, '2026-07');
      let lines = 0;
      let pages = 0;
      let largest = 0;
      let closing = 0n;
      for await (const { part } of parts) {
        if (part!.$case === 'page') {
          lines += part!.value.lines.length;
          pages += 1;
          largest = Math.max(largest, part!.value.lines.length);
        }
        if (part!.$case === 'footer') closing = part!.value.closingNanoUsd;
      }
      expect({ lines, pages, largest, closing }).toEqual({
        lines: count,
        pages: count / 500,
        largest: 500,
        closing: -3n * BigInt(count),
      });
    }, 60_000);
  });
});
