import pg from 'pg';
import type { Logger } from './logger.js';
import { measureStatements } from './measure-statements.js';

export type PostgresPool = pg.Pool;
/** One connection of a pool, until it is released. */
export type PostgresConnection = pg.PoolClient;

const int8Oid = 20;

/** BIGINT columns come as bigint: money must never pass through a float. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: 'text' | 'binary') =>
    oid === int8Oid && format !== 'binary'
      ? (value: string) => BigInt(value)
      : pg.types.getTypeParser(oid, format as 'text')) as pg.CustomTypesConfig['getTypeParser'],
};

/** The schema named by a connection URL's `schema` parameter, Prisma's way of saying it. */
export function schemaOf(databaseUrl: string): string {
  const schema = new URL(databaseUrl).searchParams.get('schema');
  if (!schema || !/^[a-z_][a-z0-9_]*$/.test(schema)) {
    throw new Error('the database URL must name its schema: …?schema=NAME');
  }
  return schema;
}

/** The same URL without Prisma's own parameters, as the driver takes it. */
export function driverUrl(databaseUrl: string): string {
  const url = new URL(databaseUrl);
  url.searchParams.delete('schema');
  return url.toString();
}

export interface PostgresPoolOptions {
  databaseUrl: string;
  /** Shown in pg_stat_activity. */
  applicationName: string;
  maxConnections: number;
  /** After which a query fails and its connection is given up; without it a server that hangs keeps the pool for ever. */
  queryTimeoutMs?: number;
  logger: Logger;
}

/** A pool whose connections resolve unqualified names in the URL's schema, and whose statements are measured. */
export function createPostgresPool(options: PostgresPoolOptions): PostgresPool {
  const pool = new pg.Pool({
    connectionString: driverUrl(options.databaseUrl),
    options: `-c search_path=${schemaOf(options.databaseUrl)}`,
    application_name: options.applicationName,
    max: options.maxConnections,
    connectionTimeoutMillis: 5_000,
    query_timeout: options.queryTimeoutMs,
    keepAlive: true,
    types,
  });
  pool.on('connect', (client) => {
    measureStatements(client);
    // While it is lent, the pool does not listen: one that broke between two queries would end the process. Whoever has it
    // learns of it by the next query, and the pool drops it when it comes back.
    client.on('error', () => undefined);
  });
  // An idle connection that breaks (server restart) is replaced on next use; unheard, its error would end the process.
  // Only the message is logged: the driver hangs the whole client on this error.
  pool.on('error', (error) =>
    options.logger.warn({ reason: error.message }, 'postgresql: idle connection lost'),
  );
  return pool;
}
