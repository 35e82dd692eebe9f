import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from '@nats-io/transport-node';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import pg from 'pg';
import { endLeftoversBelow } from './leftovers.js';
import { findServers, type LocalServersOptions, startLocalServers } from './local-servers.js';
import { isRunning } from './process-table.js';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'local-servers-'));
  // PostgreSQL's user has to get through when the tests run as root.
  chmodSync(folder, 0o711);
});

afterEach(async () => {
  await endLeftoversBelow(folder);
  rmSync(folder, { recursive: true, force: true });
});

const path = process.env['PATH'];

function options(change: Partial<LocalServersOptions> = {}): LocalServersOptions {
  return {
    folder,
    environment: { PATH: path },
    origins: ['environment', 'installed'],
    fast: true,
    ...change,
  };
}

async function query<Row extends pg.QueryResultRow>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

describe('order', () => {
  test('a URL in the environment comes before everything else, and that server is not ours to stop', async () => {
    const foreign = createServer((socket) => socket.write('INFO {"server_name":"foreign"}\r\n')).listen(
      0,
      '127.0.0.1',
    );
    await once(foreign, 'listening');
    const url = `nats://127.0.0.1:${(foreign.address() as AddressInfo).port}`;
    try {
      const found = await findServers(
        options({ servers: ['nats'], environment: { PATH: path, NATS_URL: url } }),
      );
      expect(found.get('nats')).toMatchObject({ origin: 'environment', url });
      await found.get('nats')!.stop();
      expect(foreign.listening).toBe(true);
    } finally {
      foreign.close();
    }
  });

  test('a URL where nobody answers is an error that names the variable, not a reason to look further', async () => {
    const environment = { PATH: path, REDIS_URL: 'redis://127.0.0.1:1' };
    await expect(findServers(options({ servers: ['redis'], environment }))).rejects.toThrow(
      /REDIS_URL is set, but Redis/,
    );
  });

  test('where nothing is found, every remedy is listed', async () => {
    const nothing = options({ searchPath: [], origins: ['environment', 'installed'] });
    await expect(findServers(nothing)).rejects.toThrow(
      /PostgreSQL.*Redis.*NATS[\s\S]*Docker[\s\S]*apt-get install postgresql redis-server nats-server[\s\S]*brew[\s\S]*DATABASE_URL/,
    );
  });
});

test('PostgreSQL and JetStream keep their data over a restart, at the same ports', async () => {
  const first = await startLocalServers(options());
  await query(first.postgres.url, 'create table kept (word text); insert into kept values ($$still here$$)');
  const before = await connect({ servers: first.nats.url });
  await (await jetstreamManager(before)).streams.add({ name: 'KEPT', subjects: ['kept'] });
  await jetstream(before).publish('kept', 'still here');
  await before.close();
  await first.stop();
  expect(isRunning(first.postgres.pid!)).toBe(false);

  const { postgres, redis, nats } = first;
  const preferredPorts = { postgres: postgres.port, redis: redis.port, nats: nats.port };
  const second = await startLocalServers(options({ preferredPorts }));
  expect([second.postgres.url, second.redis.url, second.nats.url]).toEqual([
    postgres.url,
    redis.url,
    nats.url,
  ]);
  expect(await query(second.postgres.url, 'select word from kept')).toEqual([{ word: 'still here' }]);
  const after = await connect({ servers: second.nats.url });
  expect((await (await jetstreamManager(after)).streams.info('KEPT')).state.messages).toBe(1);
  await after.close();
  await second.stop();
}, 60_000);

test('the database is UTF-8 on loopback, refuses a wrong password and allows 200 connections', async () => {
  const found = await findServers(options({ servers: ['postgres'] }));
  const { url } = found.get('postgres')!;
  const [row] = await query(
    url,
    `select current_setting('server_encoding') as encoding, current_setting('max_connections') as connections, current_setting('listen_addresses') as addresses`,
  );
  expect(row).toEqual({ encoding: 'UTF8', connections: '200', addresses: '127.0.0.1' });
  const wrong = new URL(url);
  wrong.password = 'wrong';
  await expect(query(wrong.href, 'select 1')).rejects.toThrow(/password authentication failed/);
  await found.get('postgres')!.stop();
}, 60_000);

test('servers whose starter was killed are replaced at the next start, data and all', async () => {
  const first = await startLocalServers(options());
  await query(first.postgres.url, 'create table kept (word text)');
  const pids = [first.postgres.pid!, first.redis.pid!, first.nats.pid!];
  // Nobody stops the first ones: to the second start they are what a kill -9 left behind.
  const second = await startLocalServers(options());
  expect(pids.filter(isRunning)).toEqual([]);
  expect(await query(second.postgres.url, 'select count(*)::int as count from kept')).toEqual([{ count: 0 }]);
  await second.stop();
}, 60_000);

test('PostgreSQL left by a start that never wrote its pid file is found through its data folder', async () => {
  const first = await findServers(options({ servers: ['postgres'] }));
  const pid = first.get('postgres')!.pid!;
  rmSync(join(folder, 'run'), { recursive: true });
  const second = await findServers(options({ servers: ['postgres'] }));
  expect(isRunning(pid)).toBe(false);
  await second.get('postgres')!.stop();
}, 60_000);

test('a failing server ends those started beside it and shows the end of its log', async () => {
  const broken = mkdtempSync(join(folder, 'bin-'));
  writeFileSync(join(broken, 'nats-server'), '#!/bin/sh\necho "cannot go on"; exit 3\n');
  chmodSync(join(broken, 'nats-server'), 0o755);
  const searchPath = [broken, ...(path ?? '').split(':'), '/usr/sbin'];
  await expect(findServers(options({ servers: ['redis', 'nats'], searchPath }))).rejects.toThrow(
    /NATS ended with exit code 3[\s\S]*cannot go on/,
  );
  expect(existsSync(join(folder, 'run', 'redis.pid'))).toBe(false);
});
