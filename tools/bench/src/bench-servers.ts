import { join } from 'node:path';
import {
  findServers,
  type LocalServer,
  type LocalServersOptions,
  startLocalServers,
} from '@tokenroute/local-servers';
import pg from 'pg';
import { plainEnvironment } from './config.js';
import type { Watched } from './processor-time.js';
import { repository } from './repository.js';

export interface BenchServers {
  postgres: LocalServer;
  redis: LocalServer;
  nats: LocalServer;
  processes: Watched[];
  stop(): Promise<void>;
}

/**
 * PostgreSQL, Redis and NATS of this run alone, as processes of this machine (those of a container could not be watched).
 * PostgreSQL waits for the disk: a charge that a power cut may undo is not a charge.
 */
export async function startBenchServers(folder: string): Promise<BenchServers> {
  const options: LocalServersOptions = {
    folder,
    packagesFolder: join(repository, '.tokenroute', 'debian'),
    environment: plainEnvironment(),
    origins: ['installed', 'debian-packages'],
    fast: true,
    fsync: true,
  };
  const { postgres, redis, nats, stop } = await startLocalServers(options);
  let counting = postgres;
  const stopAll = async () => {
    await counting.stop();
    await stop();
  };
  try {
    if (await askForStatementCounts(postgres.url)) counting = await startAgain(postgres, options);
  } catch (error) {
    await stopAll();
    throw error;
  }
  const processes = [
    { name: 'postgres', pid: counting.pid!, withChildren: true },
    { name: 'nats', pid: nats.pid! },
    { name: 'redis', pid: redis.pid! },
  ];
  return { postgres: counting, redis, nats, processes, stop: stopAll };
}

async function startAgain(postgres: LocalServer, options: LocalServersOptions): Promise<LocalServer> {
  await postgres.stop();
  const again = await findServers({
    ...options,
    servers: ['postgres'],
    preferredPorts: { postgres: postgres.port },
  });
  const server = again.get('postgres')!;
  await query(server.url, 'create extension pg_stat_statements');
  return server;
}

/** @returns false when this PostgreSQL came without the extension: then statements are not counted */
async function askForStatementCounts(url: string): Promise<boolean> {
  const { rowCount } = await query(
    url,
    `select from pg_available_extensions where name = 'pg_stat_statements'`,
  );
  if (rowCount === 0) return false;
  await query(url, `alter system set shared_preload_libraries = 'pg_stat_statements'`);
  return true;
}

async function query(url: string, statement: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await client.query(statement);
  } finally {
    await client.end();
  }
}
