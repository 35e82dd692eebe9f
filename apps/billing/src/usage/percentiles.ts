import type { Percentiles } from '@tokenroute/contracts';

/** So many requests took as long as a class of `latency_class` says. */
export interface ClassCount {
  latencyClass: number;
  requests: bigint;
}

/** The bounds of the classes grow by the fourth root of two. */
const growth = 2 ** (1 / 4);

/**
 * Percentiles by nearest rank, each told as the time from which no time of its class is further than 8.7 % (and half a millisecond,
 * since they are whole): https://arxiv.org/abs/1908.10693, section 2.1.
 * @returns undefined when nothing was counted
 */
export function percentilesOf(counts: readonly ClassCount[]): Percentiles | undefined {
  const ascending = [...counts].sort((left, right) => left.latencyClass - right.latencyClass);
  const requests = ascending.reduce((sum, count) => sum + count.requests, 0n);
  if (requests === 0n) return undefined;
  const percentile = (percent: bigint) => {
    const rank = (requests * percent + 99n) / 100n;
    let passed = 0n;
    const found = ascending.find((count) => (passed += count.requests) >= rank);
    return timeOf(found!.latencyClass);
  };
  return { requests, p50Ms: percentile(50n), p95Ms: percentile(95n), p99Ms: percentile(99n) };
}

function timeOf(latencyClass: number): number {
  return Math.round((2 * growth ** latencyClass) / (growth + 1));
}
