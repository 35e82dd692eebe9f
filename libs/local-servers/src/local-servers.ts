import { join } from 'node:path';
import { hasDebianPackages, unpackDebianPackages } from './debian-packages.js';
import { hasDockerCompose, startWithCompose } from './docker-compose.js';
import { serverFromUrl, urlVariable } from './environment-url.js';
import { MissingServers } from './missing-servers.js';
import { startNats } from './nats-server.js';
import { postgresDataFolder, startPostgres } from './postgres-server.js';
import { startRedis } from './redis-server.js';
import {
  type LocalServer,
  type ServerFolders,
  type ServerName,
  serverNames,
  type ServerOrigin,
  type StartOptions,
} from './server.js';
import { dataFolderMajor, findBinaries, systemSearchPath } from './server-binaries.js';
import { reachableFolder, unprivilegedUser } from './unprivileged-user.js';

export interface LocalServersOptions {
  /** Everything we write is below it: data/, run/ (pid files), logs/. */
  folder: string;
  /** Where Debian packages are unpacked, once; debian/ below the folder when left out. */
  packagesFolder?: string;
  /** Where URLs and PATH are looked up. */
  environment: Readonly<Record<string, string | undefined>>;
  /** Which servers; all three when left out. */
  servers?: readonly ServerName[];
  /** Ways to a server that may be used; all of them when left out. */
  origins?: readonly ServerOrigin[];
  preferredPorts?: Partial<Record<ServerName, number>>;
  fast?: boolean;
  fsync?: boolean;
  /** What NATS is told besides, in its own language. */
  natsConfigFile?: string;
  /** Where programs are looked for, instead of PATH and the usual folders. */
  searchPath?: readonly string[];
  /** Told what a reader of the terminal would want to know: a server that is ready, a detour that was taken. */
  onNote?: (note: string) => void;
  onReady?: (server: LocalServer, elapsedMs: number) => void;
}

export interface LocalServers {
  postgres: LocalServer;
  redis: LocalServer;
  nats: LocalServer;
  stop(): Promise<void>;
}

const allOrigins: readonly ServerOrigin[] = ['environment', 'docker-compose', 'installed', 'debian-packages'];
const starters = { postgres: startPostgres, redis: startRedis, nats: startNats };

/** Finds or starts PostgreSQL, Redis and NATS. When one fails, those already started are ended. */
export async function startLocalServers(options: LocalServersOptions): Promise<LocalServers> {
  const found = await findServers(options);
  const server = (name: ServerName) => found.get(name)!;
  return {
    postgres: server('postgres'),
    redis: server('redis'),
    nats: server('nats'),
    stop: () => stopAll([...found.values()]),
  };
}

/** The same for some of the servers. */
export async function findServers(options: LocalServersOptions): Promise<Map<ServerName, LocalServer>> {
  const wanted = options.servers ?? serverNames;
  const found = new Map<ServerName, LocalServer>();
  const attempts: string[] = [];
  const begin = Date.now();
  const steps: Record<ServerOrigin, Step> = {
    environment: fromEnvironment,
    'docker-compose': fromDockerCompose,
    installed: fromInstalled,
    'debian-packages': fromDebianPackages,
  };
  const keep = (server: LocalServer) => {
    found.set(server.name, server);
    options.onReady?.(server, Date.now() - begin);
  };
  try {
    for (const origin of allOrigins) {
      const missing = wanted.filter((name) => !found.has(name));
      const mayUse = options.origins === undefined || options.origins.includes(origin);
      if (missing.length > 0 && mayUse)
        await steps[origin](missing, options, keep, (text) => attempts.push(text));
    }
    const missing = wanted.filter((name) => !found.has(name));
    if (missing.length > 0) throw new MissingServers(missing, attempts);
    return found;
  } catch (error) {
    await stopAll([...found.values()]);
    throw error;
  }
}

type Step = (
  missing: readonly ServerName[],
  options: LocalServersOptions,
  keep: (server: LocalServer) => void,
  failed: (what: string) => void,
) => Promise<void>;

const fromEnvironment: Step = async (missing, options, keep, failed) => {
  for (const name of missing) {
    const url = options.environment[urlVariable[name]];
    if (url) keep(await serverFromUrl(name, url));
    else failed(`${urlVariable[name]} in the environment (not set)`);
  }
};

const fromDockerCompose: Step = async (missing, options, keep, failed) => {
  if (!(await hasDockerCompose())) return failed('Docker Compose (no engine answers)');
  try {
    const servers = await startWithCompose(missing, options);
    servers.forEach(keep);
  } catch (error) {
    // An engine that cannot fetch images is no reason to give up while there are other ways.
    const reason = error instanceof Error ? error.message : String(error);
    options.onNote?.(`Docker Compose did not start the servers, looking further: ${reason}`);
    failed(`Docker Compose (${reason})`);
  }
};

const fromInstalled: Step = async (missing, options, keep, failed) => {
  const searchPath = options.searchPath ?? systemSearchPath(options.environment.PATH);
  await startFound(missing, searchPath, undefined, 'installed', options, keep);
  for (const name of missing) failed(`programs of ${name} on PATH and in the usual folders`);
};

const fromDebianPackages: Step = async (missing, options, keep, failed) => {
  if (!(await hasDebianPackages())) return failed('Debian packages (no apt-get and dpkg-deb here)');
  options.onNote?.(`Unpacking Debian packages of ${missing.join(', ')} (nothing is installed system-wide)`);
  try {
    // PostgreSQL's user has to reach its programs too.
    const wanted = options.packagesFolder ?? join(options.folder, 'debian');
    const folder = reachableFolder(wanted, unprivilegedUser());
    const unpacked = await unpackDebianPackages(missing, folder);
    await startFound(missing, unpacked.searchPath, unpacked.libraryPath, 'debian-packages', options, keep);
  } catch (error) {
    failed(`Debian packages (${error instanceof Error ? error.message.trim() : String(error)})`);
  }
};

/** Starts the servers whose programs are there, side by side; waits for all before it tells of a failure. */
async function startFound(
  names: readonly ServerName[],
  searchPath: readonly string[],
  libraryPath: string | undefined,
  origin: ServerOrigin,
  options: LocalServersOptions,
  keep: (server: LocalServer) => void,
): Promise<void> {
  const outcomes = await Promise.allSettled(
    names.map(async (name) => {
      const folder = findBinaries(name, searchPath, name === 'postgres' ? existingMajor(options) : undefined);
      if (folder !== undefined) {
        keep(await starters[name]({ folder, libraryPath }, origin, startOptions(name, options)));
      }
    }),
  );
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure !== undefined) throw failure.reason;
}

/** The version that our data demand; another one would refuse them. */
function existingMajor(options: LocalServersOptions): string | undefined {
  const { data } = foldersBelow(options.folder);
  const actual = postgresDataFolder(data);
  if (!actual.startsWith(data))
    options.onNote?.(`PostgreSQL's data is in ${actual}: its user cannot reach ${data}`);
  return dataFolderMajor(actual);
}

function startOptions(name: ServerName, options: LocalServersOptions): StartOptions {
  const { folder, fast, fsync, natsConfigFile } = options;
  return {
    folders: foldersBelow(folder),
    preferredPort: options.preferredPorts?.[name],
    fast,
    fsync,
    natsConfigFile,
  };
}

function foldersBelow(folder: string): ServerFolders {
  return { data: join(folder, 'data'), run: join(folder, 'run'), logs: join(folder, 'logs') };
}

async function stopAll(servers: readonly LocalServer[]): Promise<void> {
  await Promise.all(servers.map((server) => server.stop()));
}
