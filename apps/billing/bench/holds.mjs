// Prints what a hold and its charge cost PostgreSQL: the table "Holds and charges in PostgreSQL" of docs/benchmarks.md. Needs a
// server on this machine, whose processor time Linux tells, and a user who may create databases: DATABASE_URL.
// --rounds 5, --accounts 100, --charged 0 (holds charged before), --batch 16 (that size alone, e.g. for a profile).
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { applyMigrations, createLogger, createPostgresPool, driverUrl } from '@tokenroute/service-kit';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { HoldRepository } from '../dist/holds/hold.repository.js';
import {
  median,
  mustBe,
  openAccounts,
  pick,
  processorNs,
  reservation,
  settlement,
  timeToLiveMs,
} from './hold-pairs.mjs';

const { values: options } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    accounts: { type: 'string', default: '100' },
    charged: { type: 'string', default: '0' },
    batch: { type: 'string', multiple: true, default: ['1', '16', '64'] },
  },
});
const batchSizes = options.batch.map(Number);
const callsPerRound = (batchSize) => Math.round(1_600 / batchSize ** 0.75);

const keyIds = Array.from({ length: 20 }, () => uuidv7());

/** One connection, so that nobody waits for anybody's locks: what is left is the work itself. */
async function measure({ pool, holds, backend, accountIds }, batchSize) {
  const calls = callsPerRound(batchSize);
  const reserveMs = [];
  const settleMs = [];
  const walBefore = await walPosition(pool);
  const before = processorNs(backend);
  for (let call = 0; call < calls; call += 1) {
    const items = Array.from({ length: batchSize }, () => reservation(pick(accountIds), pick(keyIds)));
    reserveMs.push(await timed(() => holds.reserve(items, timeToLiveMs), 'held'));
    settleMs.push(await timed(() => holds.settle(items.map(settlement)), 'charged'));
  }
  const usedNs = processorNs(backend) - before;
  const walBytes = Number((await walPosition(pool)) - walBefore);
  const pairs = calls * batchSize;
  return {
    processorMs: usedNs / 1e6 / pairs,
    reserveMs: median(reserveMs),
    settleMs: median(settleMs),
    walBytes: walBytes / pairs,
  };
}

async function timed(write, wanted) {
  const startedAt = performance.now();
  const rows = await write();
  const ms = performance.now() - startedAt;
  mustBe(rows, wanted);
  return ms;
}

async function walPosition(pool) {
  const { rows } = await pool.query(`SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint AS bytes`);
  return rows[0].bytes;
}

async function run(databaseUrl) {
  await applyMigrations(databaseUrl, fileURLToPath(new URL('../prisma/migrations', import.meta.url)));
  const logger = createLogger('bench', 'warn');
  const pool = createPostgresPool({ databaseUrl, applicationName: 'bench', maxConnections: 1, logger });
  const holds = new HoldRepository(pool);
  const accountIds = await openAccounts(pool, Number(options.accounts));
  const { rows } = await pool.query('SELECT pg_backend_pid() AS backend');
  const rig = { pool, holds, backend: rows[0].backend, accountIds };
  await fill(rig, Number(options.charged));

  console.log('| batch of | processor ms a hold and charge | reserve ms | settle ms | bytes of log |');
  console.log('| --: | --: | --: | --: | --: |');
  for (const batchSize of batchSizes) {
    await measure(rig, batchSize);
    await pool.query('CHECKPOINT');
    const rounds = [];
    for (let round = 0; round < Number(options.rounds); round += 1)
      rounds.push(await measure(rig, batchSize));
    const column = (name, digits) => median(rounds.map((round) => round[name])).toFixed(digits);
    const columns = [
      column('processorMs', 3),
      column('reserveMs', 2),
      column('settleMs', 2),
      column('walBytes', 0),
    ];
    console.log(`| ${[batchSize, ...columns].join(' | ')} |`);
  }
  await pool.end();
}

async function fill({ holds, pool, accountIds }, count) {
  for (let done = 0; done < count; done += 200) {
    const items = Array.from({ length: 200 }, () => reservation(pick(accountIds), pick(keyIds)));
    await holds.reserve(items, timeToLiveMs);
    await holds.settle(items.map(settlement));
  }
  await pool.query('VACUUM ANALYZE');
}

const serverUrl = process.env.DATABASE_URL;
if (!serverUrl) throw new Error('DATABASE_URL: is required');
const name = `bench_holds_${process.pid}`;
const url = new URL(serverUrl);
url.pathname = `/${name}`;
url.searchParams.set('schema', 'billing');
const server = new pg.Client({ connectionString: driverUrl(serverUrl) });
await server.connect();
await server.query(`CREATE DATABASE ${name}`);
try {
  await run(url.href);
} finally {
  await server.query(`DROP DATABASE ${name} WITH (FORCE)`);
  await server.end();
}
