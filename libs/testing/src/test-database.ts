import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { promisify } from 'node:util';
import pg from 'pg';
import { plainEnvironment } from './config.js';
import { testServers } from './test-servers.js';

const run = promisify(execFile);

export interface TestDatabaseOptions {
  /** Becomes `?schema=` of the URL. */
  schema?: string;
  /** A compiled migrate.js that reads DATABASE_URL, or a function of the URL. */
  migrate?: string | ((url: string) => Promise<unknown>);
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
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await query(serverUrl, `create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  if (options.schema !== undefined) url.searchParams.set('schema', options.schema);
  const database = {
    url: url.href,
    drop: () => query(serverUrl, `drop database if exists ${name} with (force)`),
  };
  try {
    await migrate(database.url, options.migrate);
  } catch (error) {
    await database.drop();
    throw error;
  }
  return database;
}

async function migrate(url: string, migration: TestDatabaseOptions['migrate']): Promise<void> {
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
