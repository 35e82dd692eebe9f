import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { plainEnvironment } from './config.js';
import { oncePerRun } from './once-per-run.js';
import { testServers } from './test-servers.js';

const run = promisify(execFile);

/** A compiled migrate.js that reads DATABASE_URL, or a function of the URL. */
type Migration = string | ((url: string) => Promise<unknown>);

export interface TestDatabaseOptions {
  /** Becomes `?schema=` of the URL. */
  schema?: string;
  migrate?: Migration;
  /** Instead of the shared PostgreSQL. */
  serverUrl?: string;
}

export interface TestDatabase {
  url: string;
  /** Ends every connection to it and removes it. */
  drop(): Promise<void>;
}

/** A fresh database of its own, brought up to date when asked. */
export async function createTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const serverUrl = options.serverUrl ?? testServers().databaseUrl;
  const database = await create(serverUrl, options.schema);
  try {
    await migrate(database.url, options.migrate);
  } catch (error) {
    await database.drop();
    throw error;
  }
  return database;
}

/**
 * The same by copying a database that was brought up to date once in this run: a tenth of a second instead of some.
 *
 * @param name of what the migration makes
 */
export async function copyTestDatabase(
  name: string,
  options: Omit<TestDatabaseOptions, 'serverUrl'>,
): Promise<TestDatabase> {
  const template = await oncePerRun(`database-${name}`, async () => {
    const { url } = await createTestDatabase(options);
    return new URL(url).pathname.slice(1);
  });
  return create(testServers().databaseUrl, options.schema, template);
}

/** Removes what was copied from: a PostgreSQL that the developer brought outlives the run. */
export async function dropTemplates(): Promise<void> {
  const { databaseUrl, folder } = testServers();
  const files = readdirSync(folder).filter((file) => /^database-.*\.json$/.test(file));
  for (const file of files) {
    const template = JSON.parse(readFileSync(join(folder, file), 'utf8')) as string;
    await query(databaseUrl, `drop database if exists ${template} with (force)`);
  }
}

async function create(
  serverUrl: string,
  schema: string | undefined,
  template = 'template1',
): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await query(serverUrl, `create database ${name} template ${template}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  if (schema !== undefined) url.searchParams.set('schema', schema);
  return {
    url: url.href,
    drop: () => query(serverUrl, `drop database if exists ${name} with (force)`),
  };
}

async function migrate(url: string, migration: Migration | undefined): Promise<void> {
  if (typeof migration === 'string') {
    await run(process.execPath, [migration], { env: { ...plainEnvironment(), DATABASE_URL: url } });
  } else {
    await migration?.(url);
  }
}

async function query(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
