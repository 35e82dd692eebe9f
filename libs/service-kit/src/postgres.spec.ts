import { testServers } from '@tokenroute/testing';
import pg from 'pg';
import { createLogger } from './logger.js';
import { createPostgresPool, type PostgresPool } from './postgres.js';

describe('a connection that PostgreSQL ends', () => {
  let pool: PostgresPool;
  let other: pg.Client;

  beforeAll(async () => {
    const { databaseUrl } = testServers();
    const url = new URL(databaseUrl);
    url.searchParams.set('schema', 'public');
    const logger = createLogger('test', 'silent');
    pool = createPostgresPool({ databaseUrl: url.href, applicationName: 'lost', maxConnections: 1, logger });
    other = new pg.Client({ connectionString: databaseUrl });
    await other.connect();
  });

  afterAll(async () => {
    await pool.end();
    await other.end();
  });

  test('while it is lent and idle fails its next query, ends no process, and is replaced', async () => {
    const lent = await pool.connect();
    const { rows } = await lent.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    // Unheard, its error event would end this test's process.
    const ended = new Promise((resolve) => lent.once('end', resolve));
    await other.query('SELECT pg_terminate_backend($1)', [rows[0]!.pid]);
    await ended;
    await expect(lent.query('SELECT 1')).rejects.toThrow();
    lent.release();
    const again = await pool.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    expect(again.rows[0]!.pid).not.toBe(rows[0]!.pid);
  });
});
