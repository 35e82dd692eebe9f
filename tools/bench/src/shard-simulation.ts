/** One PostgreSQL, and the billing process that writes what arrives in batches. */
export interface Shard {
  /** Items that arrive in a second, each at a moment of its own. */
  ratePerSecond: number;
  /** What a batch takes, whatever is in it, and what each item adds. */
  batchMs: number;
  itemMs: number;
  maxItems: number;
  /** Batches written at the same time. One account has one lock: its batches are written one after the other. */
  writers: number;
}

export interface ShardLoad {
  written: number;
  meanItems: number;
  /** From arrival to commit. */
  p50Ms: number;
  p99Ms: number;
  /** Share of the writers' time. */
  busy: number;
}

/** The most that the writers write in a second, all batches being full. */
export function ceilingPerSecond({
  batchMs,
  itemMs,
  maxItems,
  writers,
}: Omit<Shard, 'ratePerSecond'>): number {
  return (1_000 * writers * maxItems) / (batchMs + itemMs * maxItems);
}

/**
 * Batches as billing forms them: a free writer takes all that wait, at most `maxItems`, and while it writes more gather.
 * @param random 0 to 1, the same numbers for the same answer
 */
export function simulateShard(shard: Shard, seconds: number, random: () => number): ShardLoad {
  const arrivals = poissonArrivals(shard.ratePerSecond, seconds * 1_000, random);
  const freeAt = new Array<number>(shard.writers).fill(0);
  const waits: number[] = [];
  let batches = 0;
  let busyMs = 0;
  for (let next = 0; next < arrivals.length;) {
    const writer = freeAt.indexOf(Math.min(...freeAt));
    const startsAt = Math.max(freeAt[writer]!, arrivals[next]!);
    let end = next;
    while (end < arrivals.length && end - next < shard.maxItems && arrivals[end]! <= startsAt) end += 1;
    const durationMs = shard.batchMs + shard.itemMs * (end - next);
    for (; next < end; next += 1) waits.push(startsAt + durationMs - arrivals[next]!);
    freeAt[writer] = startsAt + durationMs;
    batches += 1;
    busyMs += durationMs;
  }
  waits.sort((a, b) => a - b);
  const at = (share: number) => waits[Math.floor(share * (waits.length - 1))] ?? 0;
  const totalMs = Math.max(seconds * 1_000, ...freeAt);
  return {
    written: waits.length,
    meanItems: waits.length / Math.max(1, batches),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    busy: busyMs / (totalMs * shard.writers),
  };
}

function poissonArrivals(ratePerSecond: number, untilMs: number, random: () => number): number[] {
  const arrivals: number[] = [];
  for (let at = 0; ;) {
    at -= (Math.log(1 - random()) * 1_000) / ratePerSecond;
    if (at >= untilMs) return arrivals;
    arrivals.push(at);
  }
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
