import type { ServiceMemory, Stall } from '@tokenroute/bench';

/** After a collection of garbage; caches fill, and no more. */
const mostHeapGrowthBytes = 48 * 1024 * 1024;
/** With a few bodies of 20 MiB under way at once. */
const mostRssBytes = 1_200 * 1024 * 1024;

/** A case that took long enough to have been there when the event loop stood still. */
export interface SlowCase {
  index: number;
  what: string;
  beganAtUnixMs: number;
  endedAtUnixMs: number;
}

/**
 * The cases that were under way when the event loop stood still for too long: one of them may be to blame, or all together.
 *
 * @param mostBusyMs how long one thing may keep everything else waiting
 */
export function suspectsOf(
  stalls: readonly Stall[],
  slow: readonly SlowCase[],
  mostBusyMs: number,
): SlowCase[] {
  const long = stalls.filter(({ busyMs }) => busyMs > mostBusyMs);
  return slow.filter(({ beganAtUnixMs, endedAtUnixMs }) =>
    long.some(
      (stall) => beganAtUnixMs <= stall.endedAtUnixMs && endedAtUnixMs >= stall.endedAtUnixMs - stall.busyMs,
    ),
  );
}

/** @param stalls while the case was sent alone */
export function judgeAlone(
  { index, what }: SlowCase,
  stalls: readonly Stall[],
  mostBusyMs: number,
): string[] {
  const longest = Math.max(0, ...stalls.map(({ busyMs }) => busyMs));
  if (longest <= mostBusyMs) return [];
  return [`case ${index} (${what.slice(0, 80)}) alone kept the gateway busy for ${Math.round(longest)} ms`];
}

export function judgeMemory(before: ServiceMemory, after: ServiceMemory): string[] {
  const grown = after.heapBytes + after.externalBytes - before.heapBytes - before.externalBytes;
  return [
    ...(grown > mostHeapGrowthBytes ? [`the gateway’s heap grew by ${megabytes(grown)}`] : []),
    ...(after.rssBytes > mostRssBytes ? [`the gateway takes ${megabytes(after.rssBytes)}`] : []),
  ];
}

export const megabytes = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MiB`;
