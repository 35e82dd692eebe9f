import type { ServiceMemory, Stall } from '@tokenroute/bench';

/** How long one thing may keep everything else waiting. */
export const mostBusyMs = 200;
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

export function judgeStalls(stalls: readonly Stall[], slow: readonly SlowCase[]): string[] {
  return stalls
    .filter(({ busyMs }) => busyMs > mostBusyMs)
    .map(({ endedAtUnixMs, busyMs }) => {
      const beganAtUnixMs = endedAtUnixMs - busyMs;
      const suspects = slow.filter(
        (each) => each.beganAtUnixMs <= endedAtUnixMs && each.endedAtUnixMs >= beganAtUnixMs,
      );
      const told = suspects.map(({ index, what }) => `${index} (${what.slice(0, 80)})`).join(', ');
      return `the gateway was busy with one thing for ${Math.round(busyMs)} ms, among the cases ${told}`;
    });
}

export function judgeMemory(before: ServiceMemory, after: ServiceMemory): string[] {
  const grown = after.heapBytes + after.externalBytes - before.heapBytes - before.externalBytes;
  return [
    ...(grown > mostHeapGrowthBytes ? [`the gateway’s heap grew by ${megabytes(grown)}`] : []),
    ...(after.rssBytes > mostRssBytes ? [`the gateway takes ${megabytes(after.rssBytes)}`] : []),
  ];
}

export const megabytes = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MiB`;
