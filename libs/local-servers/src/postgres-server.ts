import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chownSync, existsSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { wantedOrFreePort } from './free-port.js';
import { type LocalProcess, startProcess } from './local-process.js';
import { commandLine, endProcess } from './process-table.js';
import type { LocalServer, StartOptions } from './server.js';
import type { ServerBinaries } from './server-binaries.js';
import { createOwnedFolder, reachableFolder, unprivilegedUser, type User } from './unprivileged-user.js';
import { waitUntilReady } from './wait-until-ready.js';

const run = promisify(execFile);
const role = 'tokenroute';
const database = 'tokenroute';
// After a crash PostgreSQL replays its log before it answers.
const readyTimeoutMs = 120_000;

interface Cluster {
  binaries: ServerBinaries;
  user: User | undefined;
  dataFolder: string;
  env: NodeJS.ProcessEnv;
}

/** The folder that holds, or will hold, PostgreSQL's data: not always the wanted one, see reachableFolder. */
export function postgresDataFolder(wantedParent: string): string {
  return join(reachableFolder(wantedParent, unprivilegedUser()), 'postgres');
}

/** Starts PostgreSQL on a free port of 127.0.0.1 over our own data folder, created when missing. */
export async function startPostgres(
  binaries: ServerBinaries,
  origin: LocalServer['origin'],
  options: StartOptions,
): Promise<LocalServer> {
  const user = unprivilegedUser();
  const dataFolder = postgresDataFolder(options.folders.data);
  const cluster: Cluster = { binaries, user, dataFolder, env: serverEnvironment(binaries) };
  await endFormerPostmaster(dataFolder);
  if (!existsSync(join(dataFolder, 'PG_VERSION'))) await createCluster(cluster, options.fast ?? false);
  const password = readFileSync(passwordFile(dataFolder), 'utf8').trim();

  const port = await wantedOrFreePort(options.preferredPort);
  const logFile = join(options.folders.logs, 'postgres.log');
  const postmaster = await startPostmaster(cluster, port, logFile, options);
  const url = (name: string) => `postgresql://${role}:${password}@127.0.0.1:${port}/${name}`;
  try {
    await waitUntilReady(
      postmaster,
      logFile,
      () => isOurPostgres(url('postgres'), dataFolder),
      readyTimeoutMs,
    );
    await createDatabase(url('postgres'));
  } catch (error) {
    await postmaster.stop();
    throw error;
  }
  return {
    name: 'postgres',
    title: `PostgreSQL ${readFileSync(join(dataFolder, 'PG_VERSION'), 'utf8').trim()}`,
    origin,
    url: url(database),
    port,
    pid: postmaster.pid,
    logFile,
    ended: postmaster.ended,
    stop: () => postmaster.stop(),
  };
}

function startPostmaster(
  cluster: Cluster,
  port: number,
  logFile: string,
  options: StartOptions,
): Promise<LocalProcess> {
  const settings = {
    listen_addresses: '127.0.0.1',
    // No socket file: its usual folder may be closed to us, and a test run has dozens of servers.
    unix_socket_directories: '',
    max_connections: '200',
    fsync: options.fsync === false ? 'off' : 'on',
  };
  return startProcess({
    name: 'PostgreSQL',
    command: join(cluster.binaries.folder, 'postgres'),
    args: [
      '-D',
      cluster.dataFolder,
      '-p',
      String(port),
      ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    mark: `-D ${cluster.dataFolder}`,
    cwd: cluster.dataFolder,
    env: cluster.env,
    logFile,
    pidFile: join(options.folders.run, 'postgres.pid'),
    // SIGINT is PostgreSQL's fast shutdown: sessions are ended, nothing committed is lost.
    stopSignal: 'SIGINT',
    ...(cluster.user && { user: { uid: cluster.user.uid, gid: cluster.user.gid } }),
  });
}

async function createCluster(cluster: Cluster, fast: boolean): Promise<void> {
  const { user, dataFolder } = cluster;
  // What an interrupted initdb left is worth nothing: PG_VERSION is missing.
  rmSync(dataFolder, { recursive: true, force: true });
  createOwnedFolder(dataFolder, user);
  const password = passwordFile(dataFolder);
  writeFileSync(password, randomBytes(18).toString('hex'), { mode: 0o600 });
  if (user !== undefined) chownSync(password, user.uid, user.gid);
  await run(
    join(cluster.binaries.folder, 'initdb'),
    [
      `--pgdata=${dataFolder}`,
      `--username=${role}`,
      `--pwfile=${password}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--no-locale',
      ...(fast ? ['--no-sync'] : []),
    ],
    { cwd: join(dataFolder, '..'), env: cluster.env, ...(user && { uid: user.uid, gid: user.gid }) },
  );
}

/** The process named in the data folder itself, for a start that was killed before it could write its own pid file. */
async function endFormerPostmaster(dataFolder: string): Promise<void> {
  const lockFile = join(dataFolder, 'postmaster.pid');
  if (!existsSync(lockFile)) return;
  const pid = Number.parseInt(readFileSync(lockFile, 'utf8'), 10);
  if (commandLine(pid)?.includes(dataFolder)) {
    await endProcess(pid, 'SIGINT', 30_000);
  } else {
    // PostgreSQL refuses to start when any process has that pid, even a stranger's that came after a reboot.
    rmSync(lockFile, { force: true });
  }
}

/** False until it accepts connections; throws when what accepts them has another data folder. */
async function isOurPostgres(url: string, dataFolder: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  let found: string;
  try {
    await client.connect();
    const { rows } = await client.query<{ folder: string }>(
      `select current_setting('data_directory') as folder`,
    );
    found = rows[0]?.folder ?? '';
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
  if (realpathSync(found) !== realpathSync(dataFolder)) {
    throw new Error(`another PostgreSQL, over ${found}, answers on our port`);
  }
  return true;
}

async function createDatabase(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rowCount } = await client.query('select from pg_database where datname = $1', [database]);
    if (rowCount === 0) await client.query(`create database ${database}`);
  } finally {
    await client.end();
  }
}

// Beside the data folder: initdb insists on an empty one.
function passwordFile(dataFolder: string): string {
  return `${dataFolder}.password`;
}

function serverEnvironment(binaries: ServerBinaries): NodeJS.ProcessEnv {
  return {
    PATH: `${binaries.folder}:/usr/bin:/bin`,
    LC_ALL: 'C',
    ...(binaries.libraryPath && { LD_LIBRARY_PATH: binaries.libraryPath }),
  };
}
