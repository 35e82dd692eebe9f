// Prints what looking keys up costs with few keys and with many: the table of keys under "Growth" in docs/benchmarks.md. Over a PostgreSQL of its
// own (Linux only: processor time comes from /proc).
//   --keys 1000000   how many there are at most       --rounds 5   of each comparison, in turn
import { randomInt } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { findServers } from '@tokenroute/local-servers';
import { applyMigrations, createLogger, createPostgresPool } from '@tokenroute/service-kit';
import pg from 'pg';
import { selectKeysByDigest } from '../dist/select-keys-by-digest.js';

const { values: options } = parseArgs({
  options: { keys: { type: 'string', default: '1000000' }, rounds: { type: 'string', default: '5' } },
});
const few = 1_000;
const many = Number(options.keys);
const rounds = Number(options.rounds);
/** One, as for the first request of a key; a hundred, as for those in use once a second. */
const batchSizes = [1, 100];
const callsOf = (batchSize) => Math.round(3_000 / batchSize ** 0.5);
const migrations = fileURLToPath(new URL('../prisma/migrations', import.meta.url));

async function withKeys(server, count) {
  const admin = new pg.Client({ connectionString: server.url });
  await admin.connect();
  await admin.query(`CREATE DATABASE keys_${count}`);
  await admin.end();
  const url = new URL(server.url);
  url.pathname = `/keys_${count}`;
  url.searchParams.set('schema', 'auth');
  await applyMigrations(url.href, migrations);
  const logger = createLogger('bench', 'error');
  const pool = createPostgresPool({
    databaseUrl: url.href,
    applicationName: 'bench',
    maxConnections: 1,
    logger,
  });
  await pool.query(
    `INSERT INTO api_keys (id, account_id, name, digest, display, created_at)
     SELECT gen_random_uuid(), gen_random_uuid(), 'key', sha256(number::text::bytea), 'sk-tr-…', now()
     FROM generate_series(0, $1::bigint - 1) number`,
    [count],
  );
  await pool.query('VACUUM ANALYZE api_keys');
  const { rows } = await pool.query(
    'SELECT digest FROM api_keys ORDER BY random() LIMIT least($1::bigint, 10000)',
    [count],
  );
  return { pool, digests: rows.map(({ digest }) => digest) };
}

/** @returns milliseconds for each key */
async function measure({ pool, digests }, batchSize) {
  const backend = (await pool.query('SELECT pg_backend_pid() AS pid')).rows[0].pid;
  const calls = callsOf(batchSize);
  const [usedBefore, ownBefore, startedAt] = [processorMs(backend), process.cpuUsage(), performance.now()];
  for (let call = 0; call < calls; call += 1) {
    const first = randomInt(digests.length - batchSize + 1);
    const found = await selectKeysByDigest(pool, digests.slice(first, first + batchSize));
    if (found.length !== batchSize) throw new Error(`${found.length} of ${batchSize} keys found`);
  }
  const { user, system } = process.cpuUsage(ownBefore);
  const keys = calls * batchSize;
  return {
    'processor ms of PostgreSQL': (processorMs(backend) - usedBefore) / keys,
    'processor ms of auth': (user + system) / 1_000 / keys,
    'wall ms': (performance.now() - startedAt) / keys,
  };
}

function processorMs(pid) {
  return Number(readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6;
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}

async function run(server) {
  const [small, large] = [await withKeys(server, few), await withKeys(server, many)];
  console.log(`| for each key | ${few} keys | ${many} keys | ratio |\n| :-- | --: | --: | --: |`);
  for (const batchSize of batchSizes) {
    const results = { small: [], large: [] };
    // The first round is for the caches and the compiler.
    for (let round = 0; round <= rounds; round += 1) {
      const [ofSmall, ofLarge] = [await measure(small, batchSize), await measure(large, batchSize)];
      if (round === 0) continue;
      results.small.push(ofSmall);
      results.large.push(ofLarge);
    }
    for (const what of Object.keys(results.small[0])) {
      const [ofSmall, ofLarge] = ['small', 'large'].map((side) =>
        median(results[side].map((result) => result[what])),
      );
      console.log(
        `| ${what}, ${batchSize} at once | ${ofSmall.toFixed(4)} | ${ofLarge.toFixed(4)} | ${(ofLarge / ofSmall).toFixed(2)} |`,
      );
    }
  }
  await small.pool.end();
  await large.pool.end();
}

const folder = mkdtempSync(join(tmpdir(), 'tokenroute-keys-'));
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
  rmSync(folder, { recursive: true, force: true });
}
