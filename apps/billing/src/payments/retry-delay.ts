const firstMs = 1_000;
const longestMs = 3_600_000;

/** How long to wait after so many failed attempts: twice as long each time, an hour at most. */
export function retryDelayMs(attempts: number): number {
  return Math.min(firstMs * 2 ** Math.min(attempts, 30), longestMs);
}
