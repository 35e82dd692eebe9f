import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endLeftoversBelow } from '@tokenroute/local-servers';

/**
 * Does something in a temporary folder, and leaves nothing of it: no process, no file.
 * @param keepIn takes the logs of work that failed, or that asks for it
 */
export async function withRunFolder<Outcome>(
  keepIn: string,
  work: (folder: string) => Promise<{ outcome: Outcome; keepLogs: boolean }>,
): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'tokenroute-chaos-'));
  // PostgreSQL runs as another user when we are root, and has to get through to its data.
  chmodSync(folder, 0o711);
  let keepLogs = true;
  try {
    const done = await work(folder);
    keepLogs = done.keepLogs;
    return done.outcome;
  } finally {
    await endLeftoversBelow(folder);
    if (keepLogs) keep(join(folder, 'logs'), join(keepIn, 'logs'));
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
}

function keep(logs: string, target: string): void {
  if (!existsSync(logs)) return;
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  cpSync(logs, target, { recursive: true });
}
