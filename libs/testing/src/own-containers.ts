import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { freePort, type ServerName } from '@tokenroute/local-servers';
import { GenericContainer, Wait } from 'testcontainers';
import type { OwnServer } from './own-server.js';

interface Container {
  image: string;
  port: number;
  command: string[];
  environment: Record<string, string>;
  /** The line of the log after which it answers, and how often it comes. */
  readyLine: [RegExp, number];
  url(address: string): string;
}

const containers: Record<ServerName, Container> = {
  postgres: {
    image: 'postgres:17-alpine',
    port: 5432,
    command: ['postgres', '-c', 'max_connections=200', '-c', 'fsync=off'],
    environment: { POSTGRES_USER: 'tokenroute', POSTGRES_PASSWORD: 'tokenroute', POSTGRES_DB: 'tokenroute' },
    // The image starts the server twice: once to set it up, then for good.
    readyLine: [/database system is ready to accept connections/, 2],
    url: (address) => `postgresql://tokenroute:tokenroute@${address}/tokenroute`,
  },
  redis: {
    image: 'redis:7-alpine',
    port: 6379,
    command: ['redis-server', '--save', '', '--appendonly', 'no'],
    environment: {},
    readyLine: [/Ready to accept connections/, 1],
    url: (address) => `redis://${address}`,
  },
  nats: {
    image: 'nats:2.11-alpine',
    port: 4222,
    command: ['-js'],
    environment: {},
    readyLine: [/Server is ready/, 1],
    url: (address) => `nats://${address}`,
  },
};

/** Of NATS: folders and files of this machine. */
interface NatsFiles {
  /** Where a test wants to get at its streams. */
  dataFolder?: string;
  /** Seen in the container with all that is beside it, at the same place. */
  configFile?: string;
}

export async function startContainer(name: ServerName, nats: NatsFiles = {}): Promise<OwnServer> {
  const { image, port, command, environment, readyLine, url } = containers[name];
  const natsDataFolder = name === 'nats' ? nats.dataFolder : undefined;
  const configFile = name === 'nats' ? nats.configFile : undefined;
  const mounts: { source: string; target: string; mode: 'rw' | 'ro' }[] = [];
  const prepared = new GenericContainer(image)
    .withCommand([
      ...command,
      ...(natsDataFolder === undefined ? [] : ['-sd', '/data']),
      ...(configFile === undefined ? [] : ['-c', configFile]),
    ])
    .withEnvironment(environment)
    .withExposedPorts({ container: port, host: await freePort() })
    .withWaitStrategy(Wait.forLogMessage(...readyLine));
  if (natsDataFolder !== undefined) {
    mkdirSync(natsDataFolder, { recursive: true });
    // As the test's own user, who copies and removes what it writes.
    mounts.push({ source: natsDataFolder, target: '/data', mode: 'rw' });
    prepared.withUser(`${process.getuid!()}:${process.getgid!()}`);
  }
  if (configFile !== undefined)
    mounts.push({ source: dirname(configFile), target: dirname(configFile), mode: 'ro' });
  prepared.withBindMounts(mounts);
  const container = await prepared.start();
  return {
    url: url(`${container.getHost()}:${container.getMappedPort(port)}`),
    dataFolder: natsDataFolder,
    stop: async () => void (await container.stop()),
    halt: async () => void (await container.stop({ remove: false, timeout: 10_000 })),
    kill: async () => void (await container.stop({ remove: false, timeout: 0 })),
    start: () => container.restart(),
  };
}
