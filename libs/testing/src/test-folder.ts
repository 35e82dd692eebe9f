import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endLeftoversBelow, processIdentity } from '@tokenroute/local-servers';

const prefix = 'tokenroute-test-';

/** A folder in the system's temporary one that belongs to this process. */
export function createTestFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  // PostgreSQL runs as another user when we are root, and has to get through to its data.
  chmodSync(folder, 0o711);
  writeFileSync(
    join(folder, 'owner.json'),
    JSON.stringify({ pid: process.pid, identity: processIdentity(process.pid) }),
  );
  return folder;
}

/** Ends whatever still runs over the folder, and removes it. */
export async function removeTestFolder(folder: string): Promise<void> {
  await endLeftoversBelow(folder);
  rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
}

/** Cleans up after test runs that were killed: folders whose owner is gone. */
export async function sweepTestFolders(parent = tmpdir()): Promise<string[]> {
  const abandoned = readdirSync(parent)
    .filter((name) => name.startsWith(prefix))
    .map((name) => join(parent, name))
    .filter(isAbandoned);
  for (const folder of abandoned) await removeTestFolder(folder);
  return abandoned;
}

function isAbandoned(folder: string): boolean {
  try {
    const owner = JSON.parse(readFileSync(join(folder, 'owner.json'), 'utf8')) as {
      pid: number;
      identity: string;
    };
    return processIdentity(owner.pid) !== owner.identity;
  } catch {
    // Somebody else's, or just being made: not ours to judge.
    return false;
  }
}
