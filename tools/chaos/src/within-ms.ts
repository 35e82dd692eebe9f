import { setTimeout as pause } from 'node:timers/promises';

/**
 * @param work is told when it is waited for no more
 * @returns whether it was done in time; a failure of it is thrown
 */
export async function withinMs(
  ms: number,
  work: (givenUp: AbortSignal) => Promise<unknown>,
): Promise<boolean> {
  const over = new AbortController();
  const late = pause(ms, false, { signal: over.signal }).catch(() => false);
  try {
    return await Promise.race([work(over.signal).then(() => true), late]);
  } finally {
    over.abort();
  }
}
