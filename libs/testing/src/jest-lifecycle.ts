import { publishTestConfig, readTestConfig } from './config.js';
import type { OwnServer } from './own-server.js';
import { startOwnServers } from './own-servers.js';
import { endSharedSystem } from './shared-system.js';
import { dropTemplates } from './test-database.js';
import { createTestFolder, removeTestFolder, sweepTestFolders } from './test-folder.js';

let servers: OwnServer[] = [];
let folder: string | undefined;

/** Once per jest run: one PostgreSQL, Redis and NATS for all test files of all projects. */
export async function setUpTestServers(): Promise<void> {
  await sweepTestFolders();
  const given = readTestConfig();
  folder = createTestFolder();
  const started =
    given.databaseUrl && given.redisUrl && given.natsUrl
      ? undefined
      : await startOwnServers(['postgres', 'redis', 'nats'], folder);
  servers = started === undefined ? [] : Object.values(started);
  publishTestConfig({
    databaseUrl: given.databaseUrl ?? started?.postgres.url,
    redisUrl: given.redisUrl ?? started?.redis.url,
    natsUrl: given.natsUrl ?? started?.nats.url,
    folder,
  });
}

export async function tearDownTestServers(): Promise<void> {
  await endSharedSystem();
  await dropTemplates();
  await Promise.all(servers.map((server) => server.stop()));
  if (folder !== undefined) await removeTestFolder(folder);
}
