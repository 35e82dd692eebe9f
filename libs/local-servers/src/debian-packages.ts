import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ServerName } from './server.js';
import { postgresFolders } from './server-binaries.js';

const run = promisify(execFile);
const packageOf: Record<ServerName, string> = {
  postgres: 'postgresql',
  redis: 'redis-server',
  nats: 'nats-server',
};

/** Whether this machine can fetch and unpack Debian packages. Needs no rights: nothing is installed. */
export async function hasDebianPackages(): Promise<boolean> {
  if (process.platform !== 'linux' || !existsSync('/var/lib/dpkg/status')) return false;
  try {
    await Promise.all([run('apt-get', ['--version']), run('dpkg-deb', ['--version'])]);
    return true;
  } catch {
    return false;
  }
}

/** What was unpacked: where the programs are, and the libraries that came with them. */
export interface UnpackedPackages {
  searchPath: string[];
  libraryPath: string;
}

/**
 * Downloads the servers' packages, with whatever they depend on that this machine lacks, and unpacks them below the
 * folder. Nothing is installed and no package script runs.
 */
export async function unpackDebianPackages(
  servers: readonly ServerName[],
  folder: string,
): Promise<UnpackedPackages> {
  const root = join(folder, 'root');
  for (const server of servers) {
    const done = join(folder, `${server}.unpacked`);
    if (existsSync(done)) continue;
    for (const file of await download(packageOf[server], join(folder, 'apt', server))) {
      mkdirSync(root, { recursive: true });
      await run('dpkg-deb', ['-x', file, root]);
    }
    writeFileSync(done, '');
  }
  return {
    searchPath: [
      ...['usr/sbin', 'usr/bin'].map((path) => join(root, path)),
      ...postgresFolders(join(root, 'usr/lib/postgresql')),
    ],
    libraryPath: libraryFolders(root).join(':'),
  };
}

async function download(packageName: string, folder: string): Promise<string[]> {
  const archives = join(folder, 'archives');
  mkdirSync(join(archives, 'partial'), { recursive: true });
  const install = ['install', '--download-only', '--yes', '--no-install-recommends', packageName];
  // Without a lock file, and into our own folder: works for any user, and beside a running apt.
  const options = aptOptions({ 'Debug::NoLocking': '1', 'Dir::Cache::Archives': archives });
  try {
    await run('apt-get', [...options, ...install]);
  } catch {
    // No package lists on this machine, or old ones: fetch our own.
    mkdirSync(join(folder, 'lists', 'partial'), { recursive: true });
    const ownLists = aptOptions({
      'Dir::State::Lists': join(folder, 'lists'),
      'Dir::Cache::PkgCache': '',
      'Dir::Cache::SrcPkgCache': '',
    });
    await run('apt-get', [...options, ...ownLists, 'update']);
    await run('apt-get', [...options, ...ownLists, ...install]);
  }
  return readdirSync(archives)
    .filter((name) => name.endsWith('.deb'))
    .map((name) => join(archives, name));
}

function aptOptions(settings: Record<string, string>): string[] {
  // The user _apt, to whom apt hands downloads, cannot write below our folder.
  const all = { 'APT::Sandbox::User': 'root', ...settings };
  return Object.entries(all).flatMap(([name, value]) => ['-o', `${name}=${value}`]);
}

function libraryFolders(root: string): string[] {
  return ['usr/lib', 'lib']
    .map((path) => join(root, path))
    .filter((path) => existsSync(path))
    .flatMap((path) => [path, ...multiarchFolders(path)]);
}

// usr/lib/x86_64-linux-gnu and the like.
function multiarchFolders(path: string): string[] {
  return readdirSync(path)
    .filter((name) => name.includes('-linux-gnu'))
    .map((name) => join(path, name));
}
