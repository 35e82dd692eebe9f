// Databases with a given number of charges, filled by set-based SQL in the order of time, as a ledger grows.
import { fileURLToPath } from 'node:url';
import { applyMigrations, createLogger, createPostgresPool } from '@tokenroute/service-kit';
import pg from 'pg';
import { reportsApplicationName } from '../dist/tokens.js';
import { UsageRollup } from '../dist/usage/usage-rollup.js';

export const logger = createLogger('bench', 'error');
/** Whose all charges of the fill are: the worst case of what is read for an account. */
export const ownerId = '01900000-0000-7000-8000-00000000aaaa';
export const keysOfOwner = 20;

const days = 90;
const chargesPerStatement = 500_000;
const migrations = fileURLToPath(new URL('../prisma/migrations', import.meta.url));

export function databaseUrlOf(server, name) {
  const url = new URL(server.url);
  url.pathname = `/${name}`;
  url.searchParams.set('schema', 'billing');
  return url.href;
}

export function openPool(databaseUrl, maxConnections, applicationName = 'bench') {
  return createPostgresPool({ databaseUrl, applicationName, maxConnections, logger });
}

/** The database with so many charges, made when it is not there yet. @returns its URL */
export async function ledgerOf(server, charges, say) {
  const name = `ledger_${charges}`;
  const admin = new pg.Client({ connectionString: server.url });
  await admin.connect();
  try {
    const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 1) {
      await applyMigrations(databaseUrlOf(server, name), migrations);
      return databaseUrlOf(server, name);
    }
    // Under another name until it is whole.
    await admin.query(`DROP DATABASE IF EXISTS filling_${charges} WITH (FORCE)`);
    await admin.query(`CREATE DATABASE filling_${charges}`);
    await fill(databaseUrlOf(server, `filling_${charges}`), charges, say);
    await admin.query(`ALTER DATABASE filling_${charges} RENAME TO ${name}`);
  } finally {
    await admin.end();
  }
  return databaseUrlOf(server, name);
}

async function fill(databaseUrl, charges, say) {
  await applyMigrations(databaseUrl, migrations);
  const pool = openPool(databaseUrl, 1);
  await pool.query('SET synchronous_commit = off');
  await pool.query(
    `INSERT INTO accounts (id, kind, balance_nano_usd, held_nano_usd) VALUES ($1, 'customer', 0, 0)`,
    [ownerId],
  );
  await pool.query('SELECT grant_credit($1, $1, 8000000000000000000)', [ownerId]);
  await createUuidV7(pool);
  for (let from = 1; from <= charges; from += chargesPerStatement) {
    const to = Math.min(charges, from + chargesPerStatement - 1);
    await writeCharges(pool, { from, to, charges });
    say(`${to} of ${charges} charges written`);
  }
  await pool.query(
    `UPDATE accounts SET balance_nano_usd = (SELECT sum(amount_nano_usd) FROM entries WHERE account_id = $1) WHERE id = $1`,
    [ownerId],
  );
  await pool.query('VACUUM ANALYZE');
  await pool.end();
  await addUp(databaseUrl, charges, say);
}

/** Random but for its time, which orders it, as the ids of holds are. */
async function createUuidV7(pool) {
  await pool.query(
    `CREATE FUNCTION bench_uuid_v7(at timestamptz, number bigint) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
       SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(digits, 1, 3) || '8'
               || substr(digits, 4, 15))::uuid
       FROM (SELECT md5(number::text) AS digits) random
     $$`,
  );
}

/** As many in each hour of the last days; each was held two seconds before. */
async function writeCharges(pool, { from, to, charges }) {
  await pool.query(`CREATE TEMPORARY TABLE made (id uuid, number bigint, at timestamptz, nano bigint)`);
  await pool.query(
    `INSERT INTO made
     SELECT bench_uuid_v7(at - interval '2 s', number), number, at, 100000 + number % 1000
     FROM (SELECT number, date_trunc('hour', now()) - make_interval(days => ${days})
                          + number * (make_interval(days => ${days}) / $3::float8) AS at
           FROM generate_series($1::bigint, $2::bigint) number) moments`,
    [from, to, charges],
  );
  await pool.query(
    `INSERT INTO holds (id, account_id, state, amount_nano_usd, key_id, model, price_id, input_tokens_bound, output_tokens_limit,
       created_at, expires_at, ended_at, used_at, cost_nano_usd, charged_nano_usd, input_tokens, cached_input_tokens,
       cache_write_5m_tokens, cache_write_1h_tokens, audio_input_tokens, output_tokens, reasoning_tokens, usage_estimated,
       http_status, duration_ms, first_token_ms, streamed, finish_reason, upstream_model)
     SELECT m.id, $1, 'settled', 450000, ('01900000-0000-7000-8000-' || lpad((m.number % ${keysOfOwner})::text, 12, '0'))::uuid,
            p.model_id, p.id, 1000, 500, at - interval '2 s', at + interval '15 min', at, at, nano, nano, 800, 200, 0, 0, 0, 120,
            0, m.number % 100 = 0, CASE WHEN m.number % 100 = 1 THEN 499 ELSE 200 END, 300 * exp(m.number * 7919 % 1000 / 333.0),
            CASE WHEN m.number % 2 = 0 THEN 100 * exp(m.number * 7907 % 1000 / 500.0) END, m.number % 2 = 0, 'stop', p.model_id
     FROM made m JOIN (SELECT id, model_id, row_number() OVER (ORDER BY id) - 1 AS place FROM prices LIMIT 5) p
       ON p.place = m.number / 7 % 5`,
    [ownerId],
  );
  await pool.query(`INSERT INTO transactions (id, kind, created_at) SELECT id, 'charge', at FROM made`);
  await pool.query(
    `INSERT INTO entries (transaction_id, account_id, amount_nano_usd, created_at)
     SELECT id, leg.account_id, leg.sign * nano, at
     FROM made, (VALUES ($1::uuid, -1), ('00000000-0000-0000-0000-000000000001', 1)) AS leg (account_id, sign)`,
    [ownerId],
  );
  await pool.query('DROP TABLE made');
}

async function addUp(databaseUrl, charges, say) {
  const reports = openPool(databaseUrl, 1, reportsApplicationName);
  const rollup = new UsageRollup(reports, { USAGE_ROLLUP_INTERVAL_MS: 1_000 }, logger);
  const startedAt = performance.now();
  while (await rollup.step());
  const seconds = (performance.now() - startedAt) / 1_000;
  say(`usage of ${charges} charges added up in ${seconds.toFixed(1)} s`);
  await reports.query('VACUUM ANALYZE usage_hours, telemetry_hours, telemetry_days, account_days');
  await reports.end();
}
