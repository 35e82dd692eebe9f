import { accessSync, constants, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { ServerName } from './server.js';

/** Where a server's programs are, and the libraries they need when they are not installed system-wide. */
export interface ServerBinaries {
  /** Folder that holds the programs. */
  folder: string;
  libraryPath?: string;
}

const program: Record<ServerName, string> = {
  postgres: 'postgres',
  redis: 'redis-server',
  nats: 'nats-server',
};
// Not on everybody's PATH: servers live in sbin, and Debian and Homebrew keep PostgreSQL's by version.
const extraFolders = ['/usr/sbin', '/usr/local/sbin', '/usr/local/bin', '/opt/homebrew/bin'];
const postgresParents = ['/usr/lib/postgresql', '/usr/pgsql', '/opt/homebrew/opt'];

/** The folders to look in, best first: PATH, then where packages put servers. */
export function systemSearchPath(path: string | undefined): string[] {
  const onPath = (path ?? '').split(delimiter).filter((folder) => folder !== '');
  const byVersion = postgresParents.flatMap(postgresFolders);
  return [...new Set([...onPath, ...extraFolders, ...byVersion])];
}

/** The folders named after a version below one parent, newest first: …/17/bin, …/15/bin. */
export function postgresFolders(parent: string): string[] {
  try {
    return readdirSync(parent)
      .filter((name) => /^(postgresql@)?\d+$/.test(name))
      .sort((a, b) => majorOf(b) - majorOf(a))
      .map((name) => join(parent, name, 'bin'));
  } catch {
    return [];
  }
}

/** The first folder that holds the server's programs. A data folder's PostgreSQL version decides when there is one. */
export function findBinaries(
  server: ServerName,
  searchPath: readonly string[],
  postgresMajor?: string,
): string | undefined {
  return searchPath.find((folder) => {
    if (!isProgram(join(folder, program[server]))) return false;
    if (server !== 'postgres') return true;
    // A client-only installation has no initdb; without it there is no new data folder.
    if (!isProgram(join(folder, 'initdb'))) return false;
    return postgresMajor === undefined || mayBeMajor(join(folder, 'postgres'), postgresMajor);
  });
}

/** The major version of the PostgreSQL that made a data folder; undefined when there is none yet. */
export function dataFolderMajor(dataFolder: string): string | undefined {
  try {
    return readFileSync(join(dataFolder, 'PG_VERSION'), 'utf8').trim();
  } catch {
    return undefined;
  }
}

/** Packages keep PostgreSQL in a folder named after its version; where none does, PostgreSQL itself will object. */
function mayBeMajor(postgres: string, major: string): boolean {
  const versions = realpathSync(postgres)
    .split(/[/@-]/)
    .filter((part) => /^\d+$/.test(part));
  return versions.length === 0 || versions.includes(major);
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function majorOf(name: string): number {
  return Number(name.replace(/\D/g, ''));
}
