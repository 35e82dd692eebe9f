import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  findServers,
  hasDockerEngine,
  type LocalServer,
  type LocalServersOptions,
  type ServerName,
} from '@tokenroute/local-servers';
import { plainEnvironment } from './config.js';
import type { OwnServer } from './own-server.js';

export const repositoryFolder = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))));

let engineAnswers: Promise<boolean> | undefined;

export interface OwnServersOptions {
  /** NATS keeps its streams where the test can get at them, also when it runs in a container. */
  natsDataFolder?: boolean;
  /** What NATS is told besides; the files it names are beside it. */
  natsConfigFile?: string;
}

/** Starts servers for tests alone: in containers when a Docker engine answers, otherwise from programs on the machine. */
export async function startOwnServers<Name extends ServerName>(
  names: readonly Name[],
  folder: string,
  { natsDataFolder = false, natsConfigFile }: OwnServersOptions = {},
): Promise<Record<Name, OwnServer>> {
  engineAnswers ??= hasDockerEngine();
  if (await engineAnswers) {
    const { startContainer } = await import('./own-containers.js');
    const containers = await Promise.all(
      names.map(async (name) => {
        const dataFolder = name === 'nats' && natsDataFolder ? natsData(folder) : undefined;
        return [name, await startContainer(name, { dataFolder, configFile: natsConfigFile })] as const;
      }),
    );
    return Object.fromEntries(containers) as unknown as Record<Name, OwnServer>;
  }
  const options: LocalServersOptions = {
    folder,
    packagesFolder: join(repositoryFolder, '.tokenroute', 'debian'),
    environment: plainEnvironment(),
    servers: names,
    origins: ['installed', 'debian-packages'],
    fast: true,
    // The data live as long as the test run: a crash of PostgreSQL itself loses nothing, a power cut may.
    fsync: false,
    natsConfigFile,
  };
  const servers = [...(await findServers(options))].map(([name, server]) => [name, toOwn(server, options)]);
  return Object.fromEntries(servers) as unknown as Record<Name, OwnServer>;
}

/** Where libs/local-servers has it keep its streams. */
const natsData = (folder: string) => join(folder, 'data', 'nats');

function toOwn(first: LocalServer, options: LocalServersOptions): OwnServer {
  const { name, url, port } = first;
  let server = first;
  return {
    url,
    ...(name === 'nats' && { dataFolder: natsData(options.folder) }),
    stop: () => server.stop(),
    halt: () => server.stop(),
    kill: async () => {
      process.kill(server.pid!, 'SIGKILL');
      await server.ended;
    },
    start: async () => {
      const again = await findServers({ ...options, servers: [name], preferredPorts: { [name]: port } });
      server = again.get(name)!;
      if (server.url !== url) throw new Error(`${name} came back at ${server.url} instead of ${url}`);
    },
  };
}
