// Prints what grows with the ledger and what does not: the tables under "Growth" of docs/benchmarks.md. Over a PostgreSQL of
// its own that waits for the disk (Linux only: processor time comes from /proc).
//   --charges 10000000  how many the large ledger has       --rounds 5   of each comparison, in turn
//   --only NAME         ledger, hot-account, queries, proof, accounts or open-holds
//   --folder FOLDER     keep the filled databases there, for the next run      --fill   fill them, measure nothing
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { PrismaPg } from '@prisma/adapter-pg';
import { findServers } from '@tokenroute/local-servers';
import { v7 as uuidv7 } from 'uuid';
import { PrismaClient } from '../dist/generated/prisma/client.js';
import { verifyLedger } from '../dist/ledger/verify-ledger.js';
import { ledgerOf, openPool } from './growth-ledger.mjs';
import { measureHolds, measureThroughput } from './hold-load.mjs';
import { median, openAccounts } from './hold-pairs.mjs';
import { measureQueries } from './growth-queries.mjs';

const { values: options } = parseArgs({
  options: {
    charges: { type: 'string', default: '10000000' },
    rounds: { type: 'string', default: '5' },
    only: { type: 'string' },
    folder: { type: 'string' },
    fill: { type: 'boolean', default: false },
  },
});
const rounds = Number(options.rounds);
const few = 10_000;
const many = Number(options.charges);
const batchSizes = [1, 64];
const callsOf = (batchSize) => Math.round(1_500 / batchSize ** 0.75);

const say = (text) => console.error(text);
const print = (head, rows) => {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  console.log(
    [line(head), line(head.map((_, index) => (index === 0 ? ':--' : '--:'))), ...rows.map(line)].join('\n'),
  );
  console.log();
};

/** Alternately, so that whatever else the machine does meets both. */
async function compare(measureFew, measureMany) {
  await measureFew();
  await measureMany();
  const results = { few: [], many: [] };
  for (let round = 0; round < rounds; round += 1) {
    results.few.push(await measureFew());
    results.many.push(await measureMany());
  }
  return results;
}

const ratio = (above, below) => (median(above) / median(below)).toFixed(2);

async function compareHolds(
  what,
  fewRig,
  manyRig,
  { title = 'a hold and its charge', sizes = batchSizes, newId } = {},
) {
  const rows = [];
  for (const batchSize of sizes) {
    const load = (rig) => () =>
      measureHolds(rig, { accountIds: rig.accountIds, batchSize, calls: callsOf(batchSize), newId });
    const results = await compare(load(fewRig), load(manyRig));
    for (const [name, measure] of [
      ['processor ms of PostgreSQL', 'processorMs'],
      ['wall ms', 'wallMs'],
    ]) {
      const column = (side) => results[side].map((result) => result[measure]);
      rows.push([
        `${name}, batches of ${batchSize}`,
        median(column('few')).toFixed(3),
        median(column('many')).toFixed(3),
        ratio(column('many'), column('few')),
      ]);
    }
  }
  print([title, ...what, 'ratio'], rows);
}

async function ledger({ small, large }) {
  const what = [`${few} charges`, `${many} charges`];
  await compareHolds(what, small, large);
  // As the ids of named requests do.
  await compareHolds(what, small, large, { title: 'with ids that scatter', sizes: [64], newId: randomUUID });
}

async function accounts({ large }) {
  const more = await addAccounts(large.pool, 1_000_000);
  await compareHolds(['1,000 accounts', '1,000,000 accounts'], large, { ...large, accountIds: more });
}

/** Each with a grant. @returns their ids */
async function addAccounts(pool, count) {
  const { rows } = await pool.query(
    `INSERT INTO accounts (id, kind, balance_nano_usd, held_nano_usd)
     SELECT bench_uuid_v7(now() - number * interval '1 s', number), 'customer', 1000000000000, 0
     FROM generate_series(1, $1::bigint) number RETURNING id`,
    [count],
  );
  const ids = rows.map(({ id }) => id);
  await pool.query(`INSERT INTO transactions (id, kind) SELECT unnest($1::uuid[]), 'grant'`, [ids]);
  await pool.query(
    `INSERT INTO entries (transaction_id, account_id, amount_nano_usd)
     SELECT id, leg.account_id, leg.sign * 1000000000000
     FROM unnest($1::uuid[]) id, LATERAL (VALUES (id, 1), ('00000000-0000-0000-0000-000000000002', -1)) AS leg (account_id, sign)`,
    [ids],
  );
  await pool.query('VACUUM ANALYZE accounts');
  return ids;
}

/** Against the small ledger, which has none: the number of charges makes no difference by itself. */
async function openHolds({ small, large }) {
  const gatewayId = uuidv7();
  await addOpenHolds(large.pool, gatewayId, 1_000_000);
  const [sweepFew, sweepMany] = [await sweepMs(small.pool), await sweepMs(large.pool)];
  await compareHolds(['none open', '1,000,000 open'], small, large);
  print(
    ['wall ms', 'none open', '1,000,000 open'],
    [['a sweep that finds nothing to expire', sweepFew.toFixed(1), sweepMany.toFixed(1)]],
  );
  await large.pool.query('DELETE FROM holds WHERE gateway_id = $1', [gatewayId]);
  await large.pool.query('VACUUM ANALYZE holds');
}

async function addOpenHolds(pool, gatewayId, count) {
  await pool.query(
    `INSERT INTO gateways (id, alive_at) VALUES ($1, now() + interval '1 day') ON CONFLICT DO NOTHING`,
    [gatewayId],
  );
  await pool.query(
    `INSERT INTO holds (id, account_id, state, amount_nano_usd, key_id, model, price_id, gateway_id, expires_at)
     SELECT gen_random_uuid(), gen_random_uuid(), 'held', 1, gen_random_uuid(), 'gpt-4o-mini', 2, $1, now() + interval '1 day'
     FROM generate_series(1, $2::bigint)`,
    [gatewayId, count],
  );
  await pool.query('VACUUM ANALYZE holds');
}

async function sweepMs(pool) {
  const times = [];
  for (let round = 0; round < rounds; round += 1) {
    const startedAt = performance.now();
    await pool.query(`SELECT expire_holds('20 seconds', 500)`);
    times.push(performance.now() - startedAt);
  }
  return median(times);
}

async function hotAccount({ large }) {
  const pool = openPool(large.databaseUrl, 10);
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool, { schema: 'billing' }) });
  const rows = [];
  for (const callers of [32, 128, 512]) {
    const load = (accountIds) => () =>
      measureThroughput({ pool, prisma }, { accountIds, callers, seconds: 2 });
    const results = await compare(load(large.accountIds), load(large.accountIds.slice(0, 1)));
    rows.push([
      callers,
      median(results.few).toFixed(0),
      median(results.many).toFixed(0),
      ratio(results.many, results.few),
    ]);
  }
  print(['requests at once', 'a thousand accounts, 1/s', 'one account, 1/s', 'ratio'], rows);
  await prisma.$disconnect();
  await pool.end();
}

async function queries({ large }) {
  const head = [`one account with ${many} requests in 90 days`, 'median ms', 'longest ms', 'rows'];
  print(head, await measureQueries(large, rounds));
}

/** Read by billing itself again and again: what it costs grows with every row. */
async function proof({ small, large }) {
  const rows = [];
  for (const [charges, { pool }] of [
    [few, small],
    [many, large],
  ]) {
    const startedAt = performance.now();
    const broken = (await verifyLedger(pool)).filter(({ violations }) => violations > 0);
    if (broken.length > 0) throw new Error(`the books are wrong: ${JSON.stringify(broken)}`);
    const seconds = (performance.now() - startedAt) / 1_000;
    const { rows: sizes } = await pool.query('SELECT pg_database_size(current_database()) AS bytes');
    rows.push([charges, seconds.toFixed(1), (Number(sizes[0].bytes) / 2 ** 20).toFixed(0)]);
  }
  print(['charges', 'proof of the ledger, s', 'tables and indexes, MiB'], rows);
}

const parts = { ledger, 'hot-account': hotAccount, queries, proof, accounts, 'open-holds': openHolds };

async function run(server) {
  const [smallUrl, largeUrl] = [await ledgerOf(server, few, say), await ledgerOf(server, many, say)];
  if (options.fill) return;
  const rigs = { small: await rigOf(smallUrl), large: await rigOf(largeUrl) };
  for (const [name, part] of Object.entries(parts)) {
    if (options.only === undefined || options.only === name) await part(rigs);
  }
  for (const { pool } of Object.values(rigs)) await pool.end();
}

async function rigOf(databaseUrl) {
  const pool = openPool(databaseUrl, 1);
  return { databaseUrl, pool, accountIds: await openAccounts(pool, 1_000) };
}

const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'tokenroute-growth-'));
const servers = await findServers({
  folder,
  environment: { PATH: process.env.PATH },
  servers: ['postgres'],
  origins: ['installed', 'debian-packages'],
  fast: true,
  fsync: true,
});
const server = servers.get('postgres');
try {
  await run(server);
} finally {
  await server.stop();
  if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
}
