import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
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

describe('a connection to a PostgreSQL whose machine is gone without a word', () => {
  const queryTimeoutMs = 300;
  const silent = new Set<Socket>();
  let way: Server;
  let pool: PostgresPool;

  /** What was connected so far hears nothing more, and is not closed; who connects anew is heard. */
  const goSilent = () => {
    for (const socket of silent) socket.pause().unpipe();
  };

  beforeAll(async () => {
    const { port, hostname, username, password, pathname } = new URL(testServers().databaseUrl);
    way = createServer((near) => {
      const far = connect(Number(port), hostname);
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        silent.add(from);
        from.on('error', () => to.destroy()).pipe(to);
      }
    });
    await new Promise<void>((resolve) => way.listen(0, '127.0.0.1', resolve));
    const databaseUrl = `postgresql://${username}:${password}@127.0.0.1:${(way.address() as AddressInfo).port}${pathname}?schema=public`;
    const logger = createLogger('test', 'silent');
    pool = createPostgresPool({
      databaseUrl,
      applicationName: 'silent',
      maxConnections: 1,
      queryTimeoutMs,
      logger,
    });
  });

  afterAll(async () => {
    for (const socket of silent) socket.destroy();
    way.close();
    await pool.end();
  });

  test('is given up after the time a query may take, and the next query goes over another one', async () => {
    const statement = { name: 'prepared', text: 'SELECT pg_backend_pid() AS pid' };
    const before = await pool.query<{ pid: number }>(statement);
    goSilent();
    const askedAtMs = performance.now();
    await expect(pool.query(statement)).rejects.toThrow('timeout');
    expect(performance.now() - askedAtMs).toBeLessThan(10 * queryTimeoutMs);
    const after = await pool.query<{ pid: number }>(statement);
    expect(after.rows[0]!.pid).not.toBe(before.rows[0]!.pid);
  });
});
