import { createHash } from 'node:crypto';
import { chownSync, lstatSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';

export interface User {
  name: string;
  uid: number;
  gid: number;
}

/** Who runs PostgreSQL when we are root, which it refuses to run as; undefined when we are not root. */
export function unprivilegedUser(): User | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readUsers();
  const user = users.get('postgres') ?? users.get('nobody');
  if (user === undefined)
    throw new Error('PostgreSQL does not run as root, and there is no user postgres or nobody');
  return user;
}

/**
 * A folder the user can reach: the wanted one, or when a folder above it is closed to the user (a repository under
 * /root), one under the system's temporary folder that is the same at every start.
 */
export function reachableFolder(wanted: string, user: User | undefined): string {
  mkdirSync(wanted, { recursive: true });
  if (user === undefined || isReachable(wanted, user)) return wanted;
  const hash = createHash('sha256').update(resolve(wanted)).digest('hex').slice(0, 12);
  const substitute = join(tmpdir(), `tokenroute-${hash}`);
  mkdirSync(substitute, { recursive: true, mode: 0o711 });
  // The name can be foretold: somebody else on this machine may have made it first.
  const found = lstatSync(substitute);
  if (!found.isDirectory() || found.uid !== process.getuid?.()) {
    throw new Error(`${substitute} belongs to somebody else; move it away or set TMPDIR`);
  }
  return substitute;
}

/** Creates a folder that belongs to the user, or to us when there is no other. */
export function createOwnedFolder(folder: string, user: User | undefined): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
}

/** Whether the user may pass through every folder on the way. Root's own rights say nothing about that. */
export function isReachable(folder: string, user: User): boolean {
  for (let path = resolve(folder); ; path = dirname(path)) {
    const { mode, uid, gid } = statSync(path);
    const mayPass = uid === user.uid ? mode & 0o100 : gid === user.gid ? mode & 0o010 : mode & 0o001;
    if (!mayPass) return false;
    if (path === dirname(path)) return true;
  }
}

function readUsers(): Map<string, User> {
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n');
  return new Map(
    lines.map((line) => {
      const [name = '', , uid, gid] = line.split(':');
      return [name, { name, uid: Number(uid), gid: Number(gid) }];
    }),
  );
}
