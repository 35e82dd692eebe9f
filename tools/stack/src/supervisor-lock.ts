import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { processIdentity } from '@tokenroute/local-servers';

export interface Holder {
  pid: number;
  /** Once the system answers. */
  baseUrl?: string;
  /** A pid is given to somebody else after a while; this is not. */
  identity: string | undefined;
}

/**
 * Makes this process the one that runs the system of a folder.
 *
 * @returns undefined when it is; otherwise the process that already does.
 */
export function takeSupervisorLock(folder: string): Holder | undefined {
  const file = lockFile(folder);
  mkdirSync(dirname(file), { recursive: true });
  const me: Holder = { pid: process.pid, identity: processIdentity(process.pid) };
  for (let attempt = 0; attempt < 3; attempt++) {
    try {
      writeFileSync(file, JSON.stringify(me), { flag: 'wx' });
      return undefined;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = supervisor(folder);
    if (holder !== undefined) return holder;
    rmSync(file, { force: true });
  }
  throw new Error(`${file} cannot be taken`);
}

export function releaseSupervisorLock(folder: string): void {
  if (supervisor(folder)?.pid === process.pid) rmSync(lockFile(folder), { force: true });
}

/** Lets others know that the start is over. */
export function announceReady(folder: string, baseUrl: string): void {
  const me: Holder = { pid: process.pid, identity: processIdentity(process.pid), baseUrl };
  writeFileSync(lockFile(folder), JSON.stringify(me));
}

/** The living process that runs the system of this folder. */
export function supervisor(folder: string): Holder | undefined {
  try {
    const holder = JSON.parse(readFileSync(lockFile(folder), 'utf8')) as Holder;
    return processIdentity(holder.pid) === holder.identity ? holder : undefined;
  } catch {
    return undefined;
  }
}

function lockFile(folder: string): string {
  return join(folder, 'run', 'supervisor.json');
}
