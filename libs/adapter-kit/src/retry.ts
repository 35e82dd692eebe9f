import type { Cancellation } from './cancellation.js';

/** Statuses that may pass when asked again: time-out, conflict, rate limit, trouble of the provider. */
export function retryableStatus(status: number): boolean {
  return status === 408 || status === 409 || status === 429 || status >= 500;
}

const backoffMs = 200;
/** A client waits while we do: what the provider wants to be left alone for longer is the client's to wait for. */
const longestWaitMs = 2_000;

/** How long to wait before the one retry; null when the provider wants more than a client should be kept waiting. */
export function retryDelayMs(retryAfterSeconds: number | undefined): number | null {
  const delayMs =
    retryAfterSeconds === undefined ? backoffMs * (0.5 + Math.random()) : retryAfterSeconds * 1_000;
  return delayMs <= longestWaitMs ? delayMs : null;
}

/** @throws the reason of `ends` when it is aborted meanwhile */
export function pause(delayMs: number, ends: Cancellation): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(ends.reason as Error);
    };
    const timer = setTimeout(() => {
      ends.offAbort(abort);
      resolve();
    }, delayMs);
    ends.onAbort(abort);
  });
}
