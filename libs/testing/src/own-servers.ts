import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findServers, hasDockerEngine, type ServerName } from '@tokenroute/local-servers';
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
  const servers = await findServers({
    folder,
    packagesFolder: join(repositoryFolder, '.tokenroute', 'debian'),
    environment: plainEnvironment(),
    servers: names,
    origins: ['installed', 'debian-packages'],
    fast: true,
    // The data live as long as the test run: a crash of PostgreSQL itself loses nothing, a power cut may.
    fsync: false,
  });
  return Object.fromEntries(servers) as unknown as Record<Name, OwnServer>;
}
