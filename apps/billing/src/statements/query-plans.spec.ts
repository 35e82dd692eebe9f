import { type PostgresPool } from '@tokenroute/service-kit';
import { v7 as uuidv7 } from 'uuid';
import { RequestLogRepository } from '../usage/request-log.repository.js';
import { TelemetryRepository } from '../usage/telemetry.repository.js';
import { UsageRepository } from '../usage/usage.repository.js';
import { type BillingDatabase, createBillingDatabase } from '../testing/create-billing-database.js';
import { HouseLossService } from './house-loss.service.js';
import { StatementService } from './statement.service.js';

/** A node of a plan, as PostgreSQL tells it in JSON. */
interface PlanNode {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Actual Rows'?: number;
  'Rows Removed by Filter'?: number;
  Plans?: PlanNode[];
}

const growingTables = [
  'accounts',
  'holds',
  'entries',
  'transactions',
  'house_losses',
  'usage_hours',
  'telemetry_hours',
  'telemetry_days',
  'account_days',
];
const requestCount = 40_000;
// Shares no factor with 1,000, or the expired holds would all be of a few accounts.
const accountCount = 1_999;

describe('among the books of a service that has been in use for a while', () => {
  let database: BillingDatabase;
  let pool: PostgresPool;
  const accountId = uuidv7();
  const plans: { 'Query Text': string; Plan: PlanNode }[] = [];

  beforeAll(async () => {
    // One connection, so that what is asked of the session holds for every statement.
    database = await createBillingDatabase(1);
    pool = database.pool;
    await fill();
    await explainEverything();
  }, 120_000);

  afterAll(async () => {
    await database.end();
  });

  /** Charges of a year, of which one account has as many as every other; each thousandth hold expired or was a loss. */
  async function fill(): Promise<void> {
    await pool.query(
      `INSERT INTO accounts (id, kind, balance_nano_usd, held_nano_usd)
       SELECT CASE s WHEN 1 THEN $2 ELSE gen_random_uuid() END, 'customer', 0, 0 FROM generate_series(1, $1::int) s`,
      [accountCount, accountId],
    );
    await pool.query(
      `WITH numbered AS (SELECT id, row_number() OVER () AS number FROM accounts WHERE kind = 'customer')
       INSERT INTO holds (id, account_id, state, amount_nano_usd, model, created_at, ended_at, cost_nano_usd, charged_nano_usd,
         input_tokens, cached_input_tokens, cache_write_5m_tokens, cache_write_1h_tokens, audio_input_tokens, output_tokens,
         reasoning_tokens, http_status, duration_ms)
       SELECT gen_random_uuid(), n.id, CASE WHEN s % 1000 = 0 THEN 'expired' ELSE 'settled' END, 10, 'gpt-4o-mini', at, at,
              CASE WHEN s % 1000 <> 0 THEN 10 END, CASE WHEN s % 1000 <> 0 THEN 10 END, 1, 1, 1, 1, 1, 1, 1, 200, 1000
       FROM (SELECT s, '2025-01-01Z'::timestamptz + s * interval '13 minutes' AS at FROM generate_series(1, $1::int) s) made
       JOIN numbered n ON n.number = 1 + s % $2::int`,
      [requestCount, accountCount],
    );
    await pool.query(
      `INSERT INTO transactions (id, kind, created_at) SELECT id, 'charge', ended_at FROM holds WHERE state = 'settled'`,
    );
    await pool.query(
      `INSERT INTO entries (transaction_id, account_id, amount_nano_usd, created_at)
       SELECT id, account_id, -10, ended_at FROM holds WHERE state = 'settled'
       UNION ALL SELECT id, '00000000-0000-0000-0000-000000000001', 10, ended_at FROM holds WHERE state = 'settled'`,
    );
    await pool.query(
      `INSERT INTO house_losses (transaction_id, reason, amount_nano_usd, created_at)
       SELECT id, 'above-hold', 1, created_at FROM transactions`,
    );
    // The last tenth is not added up yet.
    await pool.query(`SELECT roll_up_usage('0', '', $1)`, [requestCount * 0.9]);
    await pool.query('ANALYZE');
  }

  /** Has the server tell the plan of every statement as a notice. */
  async function explainEverything(): Promise<void> {
    const client = await pool.connect();
    client.on('notice', ({ message = '' }) => {
      const plan = /plan:\s*(\{.*\})\s*$/s.exec(message);
      if (plan) plans.push(JSON.parse(plan[1]!) as (typeof plans)[number]);
    });
    await client.query(`LOAD 'auto_explain'`);
    for (const [name, value] of [
      ['log_min_duration', '0'],
      ['log_format', 'json'],
      ['log_level', 'notice'],
    ])
      await client.query(`SET auto_explain.${name} = '${value}'`);
    client.release();
  }

  const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];
  const nodes = () => plans.flatMap(({ Plan }) => nodesOf(Plan));
  const wholeReads = () =>
    nodes().filter(
      (node) => node['Node Type'] === 'Seq Scan' && growingTables.includes(node['Relation Name']!),
    );
  const indexes = () => new Set(nodes().flatMap((node) => node['Index Name'] ?? []));

  test('a statement finds its lines by index, in their order', async () => {
    plans.length = 0;
    let lines = 0;
    for await (const { part } of new StatementService(pool).export(accountId, '2025-11'))
      if (part?.$case === 'page') lines += part.value.lines.length;
    expect(lines).toBeGreaterThan(0);
    expect(wholeReads()).toEqual([]);
    // By the last of them row-level security finds whose a transaction is.
    expect(indexes()).toEqual(
      new Set([
        'accounts_pkey',
        'account_days_pkey',
        'entries_of_account',
        'transactions_pkey',
        'holds_pkey',
        'entries_pkey',
      ]),
    );
  });

  test('the report of house losses reads what is new, and of the holds those that expired', async () => {
    plans.length = 0;
    const report = await new HouseLossService(pool).report(new Date('2025-12-01Z'));
    expect(report.expiredHolds).toBeGreaterThan(0n);
    expect(wholeReads()).toEqual([]);
    expect(indexes()).toEqual(new Set(['house_losses_by_time', 'expired_holds']));
  });

  test('usage is read from its hours, and from the charges of the account since', async () => {
    plans.length = 0;
    const [from, to] = [new Date('2025-01-01'), new Date('2026-01-01')];
    const question = { accountId, from, to, groupBy: [], keyId: null, model: null, maxGroups: 10 };
    expect(await new UsageRepository(pool).find(question)).toHaveLength(1);
    expect(wholeReads()).toEqual([]);
    expect(indexes()).toEqual(
      new Set(['accounts_pkey', 'one_row_of_usage_an_hour', 'entries_of_account', 'holds_pkey']),
    );
  }, 30_000);

  test('how requests went is read from the days of the account, and its hours at both ends', async () => {
    plans.length = 0;
    const [from, to] = [new Date('2025-01-01T05:00Z'), new Date('2026-01-01T07:00Z')];
    const counts = await new TelemetryRepository(pool).count({
      accountId,
      from,
      to,
      keyId: null,
      model: null,
    });
    expect(counts.length).toBeGreaterThan(0);
    expect(wholeReads()).toEqual([]);
    expect(indexes()).toEqual(new Set(['one_row_of_telemetry_an_hour', 'one_row_of_telemetry_a_day']));
  });

  test("the newest requests are the end of the account's own index", async () => {
    plans.length = 0;
    const everything = {
      keyId: null,
      model: null,
      state: null,
      result: null,
      from: null,
      to: null,
      after: null,
    };
    const page = await new RequestLogRepository(pool).page({ accountId, ...everything, pageSize: 5 });
    expect(page!.rows).toHaveLength(5);
    plans.length = 0;
    await new RequestLogRepository(pool).page({ accountId, ...everything, after: page!.next, pageSize: 5 });
    expect(wholeReads()).toEqual([]);
    expect(indexes()).toEqual(new Set(['accounts_pkey', 'holds_of_account']));
  }, 30_000);

  test('of 100,000 requests of one account a page reads no more than itself, wherever it is', async () => {
    const busyId = uuidv7();
    await pool.query(
      `INSERT INTO accounts (id, kind, balance_nano_usd, held_nano_usd) VALUES ($1, 'customer', 0, 0)`,
      [busyId],
    );
    await pool.query(
      `INSERT INTO holds (id, account_id, state, amount_nano_usd, model, created_at, ended_at)
       SELECT gen_random_uuid(), $1, 'expired', 10, 'gpt-4o-mini', at, at
       FROM (SELECT '2026-01-01Z'::timestamptz + s * interval '1 second' AS at FROM generate_series(1, 100000) s) made`,
      [busyId],
    );
    await pool.query('ANALYZE holds');
    await pool.query('SET auto_explain.log_analyze = on');
    const everything = { keyId: null, model: null, state: null, result: null, from: null, to: null };
    for (const requestsAfter of [100_000, 50_000, 50]) {
      const createdAtMicros = BigInt(Date.parse('2026-01-01Z') + (requestsAfter + 1) * 1_000) * 1_000n;
      const after = requestsAfter === 100_000 ? null : { createdAtMicros, id: uuidv7() };
      plans.length = 0;
      const page = await new RequestLogRepository(pool).page({
        accountId: busyId,
        ...everything,
        after,
        pageSize: 50,
      });
      expect(page!.rows).toHaveLength(50);
      expect(page!.rows[0]!.created_at).toEqual(new Date(Date.parse('2026-01-01Z') + requestsAfter * 1_000));
      // Requests of one moment are put in order of their ids among themselves: that is no sort of the whole.
      expect(nodes().filter((node) => node['Node Type'] === 'Sort')).toEqual([]);
      const read = nodes().filter((node) => node['Relation Name'] === 'holds');
      expect(read.map((node) => node['Index Name'])).toEqual(['holds_of_account']);
      expect(read[0]!['Actual Rows']! + (read[0]!['Rows Removed by Filter'] ?? 0)).toBeLessThan(150);
    }
    await pool.query('SET auto_explain.log_analyze = off');
  }, 120_000);

  test('a whole read is noticed', async () => {
    plans.length = 0;
    await pool.query('SELECT count(*) FROM holds WHERE amount_nano_usd = 7');
    expect(wholeReads()).toHaveLength(1);
  });
});
