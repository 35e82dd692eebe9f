import { setTimeout as delay } from 'node:timers/promises';
import { lastLines, type LocalProcess } from './local-process.js';

/**
 * Asks again and again until the process is ready. Fails when it ends before, or takes too long, and then says where
 * its log is and how it closes.
 *
 * @param isReady false for "not yet"; throws for "never", for instance because a stranger answered.
 */
export async function waitUntilReady(
  process: LocalProcess,
  logFile: string,
  isReady: () => Promise<boolean>,
  timeoutMs = 60_000,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    if (process.hasEnded())
      throw new StartFailure(process.name, `ended with ${await process.ended}`, logFile);
    if (await isReady()) return;
    if (Date.now() > deadline) {
      throw new StartFailure(process.name, `was not ready after ${timeoutMs / 1000} s`, logFile);
    }
    await delay(25);
  }
}

/** A process did not come up; the message carries the end of its log. */
export class StartFailure extends Error {
  constructor(name: string, what: string, logFile: string) {
    const log = lastLines(logFile);
    super(`${name} ${what}. Log: ${logFile}${log === '' ? '' : `\n${log.replace(/^/gm, '    ')}`}`);
    this.name = 'StartFailure';
  }
}
