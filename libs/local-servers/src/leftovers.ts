import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { commandLine, endProcess } from './process-table.js';
import { readPid } from './local-process.js';

/**
 * Ends every process that a killed starter left running over a folder: named by a pid file in a run/ folder below it,
 * and recognised by the folder being part of its command line. Gives back their names.
 *
 * @param alsoKnownAs other paths that mark a process as ours, such as data kept elsewhere.
 */
export async function endLeftoversBelow(folder: string, ...alsoKnownAs: string[]): Promise<string[]> {
  const ended = await Promise.all(
    pidFilesBelow(folder).map(async (file) => {
      const pid = readPid(file);
      const line = pid === undefined ? undefined : commandLine(pid);
      if (pid === undefined || pid === process.pid || line === undefined) return undefined;
      if (![folder, ...alsoKnownAs].some((path) => mentions(line, path))) return undefined;
      const name = basename(file, '.pid');
      await endProcess(pid, name === 'postgres' ? 'SIGINT' : 'SIGTERM');
      return name;
    }),
  );
  return ended.filter((name) => name !== undefined);
}

// /a/b is not mentioned by /a/bc.
function mentions(line: string, path: string): boolean {
  return `${line} `.includes(`${path}/`) || `${line} `.includes(`${path} `);
}

function pidFilesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    // Data folders belong to the servers, may be closed to us, and PostgreSQL keeps a pid file of its own in there.
    if (entry.isDirectory() && entry.name !== 'data') return pidFilesBelow(path);
    return entry.isFile() && entry.name.endsWith('.pid') && basename(folder) === 'run' ? [path] : [];
  });
}
