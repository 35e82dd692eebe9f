/** Counts of one histogram at /metrics over all its labels, by upper bound, each with all below it. */
export type Buckets = ReadonlyMap<number, number>;

export function readBuckets(text: string, name: string): Buckets {
  const buckets = new Map<number, number>();
  for (const [, labels, count] of text.matchAll(new RegExp(`^${name}_bucket{(.*)} (\\d+)$`, 'gm'))) {
    const bound = /le="([^"]+)"/.exec(labels!)?.[1];
    const upTo = bound === '+Inf' ? Number.POSITIVE_INFINITY : Number(bound);
    buckets.set(upTo, (buckets.get(upTo) ?? 0) + Number(count));
  }
  return buckets;
}

/**
 * The bound of the bucket that holds a quantile of what came between two readings: the value is no larger.
 * @returns null when nothing came
 */
export function quantileBetween(before: Buckets, after: Buckets, quantile: number): number | null {
  const bounds = [...after.keys()].sort((a, b) => a - b);
  const grown = (bound: number) => after.get(bound)! - (before.get(bound) ?? 0);
  const all = bounds.length === 0 ? 0 : grown(bounds.at(-1)!);
  if (all === 0) return null;
  return bounds.find((bound) => grown(bound) >= quantile * all)!;
}
