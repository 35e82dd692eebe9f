import { fileURLToPath } from 'node:url';
import {
  applyMigrations,
  createLogger,
  createPostgresPool,
  type PostgresPool,
} from '@tokenroute/service-kit';
import { copyTestDatabase } from '@tokenroute/testing';

const migrations = fileURLToPath(new URL('../../prisma/migrations', import.meta.url));

export interface BillingDatabase {
  url: string;
  pool: PostgresPool;
  /** Another pool, which whoever opened it ends. */
  open(applicationName: string, maxConnections: number): PostgresPool;
  /** Ends the pool and removes the database. */
  end(): Promise<void>;
}

/** A database of a test file's own, as billing's migrations leave it, and a pool that logs nothing. */
export async function createBillingDatabase(maxConnections = 8): Promise<BillingDatabase> {
  const { url, drop } = await copyTestDatabase('billing', {
    schema: 'billing',
    migrate: (databaseUrl) => applyMigrations(databaseUrl, migrations),
  });
  const open = (applicationName: string, connections: number) =>
    createPostgresPool({
      databaseUrl: url,
      applicationName,
      maxConnections: connections,
      logger: createLogger('test', 'fatal'),
    });
  const pool = open('test', maxConnections);
  return {
    url,
    pool,
    open,
    end: async () => {
      await pool.end();
      await drop();
    },
  };
}
