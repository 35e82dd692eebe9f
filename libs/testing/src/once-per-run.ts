import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { testServers } from './test-servers.js';

/**
 * Does a piece of work once for all test files of a run, in whichever process comes first; the others wait for it. When it
 * fails, the next one tries again.
 *
 * @param name a file name, and no other work's
 * @returns what the work gave, as JSON keeps it
 */
export async function oncePerRun<Result>(name: string, work: () => Promise<Result>): Promise<Result> {
  const { databaseUrl, folder } = testServers();
  const file = join(folder, `${name}.json`);
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    // PostgreSQL's lock, because it goes when its holder dies. The connection's end gives it back.
    await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [file]);
    if (!existsSync(file)) {
      writeFileSync(`${file}.new`, JSON.stringify(await work()));
      renameSync(`${file}.new`, file);
    }
    return JSON.parse(readFileSync(file, 'utf8')) as Result;
  } finally {
    await client.end();
  }
}
