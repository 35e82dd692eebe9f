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

/** Starts servers for tests alone: in containers when a Docker engine answers, otherwise from programs on the machine. */
export async function startOwnServers<Name extends ServerName>(
  names: readonly Name[],
  folder: string,
): Promise<Record<Name, OwnServer>> {
  engineAnswers ??= hasDockerEngine();
  if (await engineAnswers) {
    const { startContainer } = await import('./own-containers.js');
    const containers = await Promise.all(
      names.map(async (name) => [name, await startContainer(name)] as const),
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
  };
  const servers = [...(await findServers(options))].map(([name, server]) => [name, toOwn(server, options)]);
  return Object.fromEntries(servers) as unknown as Record<Name, OwnServer>;
}

function toOwn(first: LocalServer, options: LocalServersOptions): OwnServer {
  const { name, url, port } = first;
  let server = first;
  return {
    url,
    stop: () => server.stop(),
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
