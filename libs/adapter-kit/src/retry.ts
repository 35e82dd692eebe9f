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
