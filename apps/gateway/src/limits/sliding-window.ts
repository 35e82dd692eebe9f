/** What a key may use in any 60 seconds; null: not limited. */
export interface KeyLimits {
  requests: number | null;
  tokens: number | null;
}

/** What one request takes of a window. */
export interface Charge {
  requests: number;
  tokens: number;
}

export interface WindowUse {
  requests: number;
  tokens: number;
  /** Until none of it counts any more; 0 when nothing does. */
  requestsResetMs: number;
  tokensResetMs: number;
}

export type LimitName = 'rpm' | 'tpm';

export type Verdict =
  | {
      kind: 'admitted';
      /** Where it was charged: what a correction needs. */
      second: number;
      use: WindowUse;
    }
  | { kind: 'refused'; limit: LimitName; waitMs: number; use: WindowUse };

interface Bucket {
  second: number;
  requests: number;
  tokens: number;
}

/**
 * What is charged in a second counts until that second is entirely older than the window. So never is more than the limit
 * admitted in any 60 seconds, at the price of a charge counting up to one second longer.
 */
export const bucketLifeSeconds = 61;

/**
 * The last 60 seconds of one key, in buckets of a second. `sliding-window-scripts.ts` says the same in Lua; a test compares
 * the two.
 */
export class SlidingWindow {
  /** Oldest first. */
  private buckets: Bucket[] = [];

  /** Charges when every limit has room, else nothing. A charge of nothing only looks. */
  take(limits: KeyLimits, charge: Charge, nowMs: number): Verdict {
    const counting = this.countingAt(nowMs);
    const before = useOf(counting, nowMs);
    if (charge.requests === 0) return { kind: 'admitted', second: Math.floor(nowMs / 1_000), use: before };
    const { requests, tokens } = limits;
    const requestsWaitMs = waitMs(counting, 'requests', requests, before.requests + charge.requests, nowMs);
    const tokensWaitMs = waitMs(counting, 'tokens', tokens, before.tokens + charge.tokens, nowMs);
    const longest = Math.max(requestsWaitMs, tokensWaitMs);
    if (longest > 0) {
      return {
        kind: 'refused',
        limit: requestsWaitMs === longest ? 'rpm' : 'tpm',
        waitMs: longest,
        use: before,
      };
    }
    const second = this.add(charge, nowMs);
    return { kind: 'admitted', second, use: useOf(this.buckets, nowMs) };
  }

  /**
   * Charges whatever the limits say.
   * @returns where it was charged
   */
  add(charge: Charge, nowMs: number): number {
    // Only here is anything forgotten, as in Redis: a look at the wrong time of a clock that goes back takes nothing away.
    this.buckets = this.countingAt(nowMs);
    const second = Math.floor(nowMs / 1_000);
    const newest = this.buckets.at(-1);
    // A clock that went back charges the newest bucket: that one counts longer, never shorter.
    if (!newest || newest.second < second) {
      this.buckets.push({ second, ...charge });
      return second;
    }
    newest.requests += charge.requests;
    newest.tokens += charge.tokens;
    return newest.second;
  }

  /** Replaces an estimate by the real count, unless it counts no more. */
  correct(second: number, tokensDelta: number): void {
    const bucket = this.buckets.find((each) => each.second === second);
    if (bucket) bucket.tokens = Math.max(0, bucket.tokens + tokensDelta);
  }

  private countingAt(nowMs: number): Bucket[] {
    const oldestSecond = Math.floor(nowMs / 1_000) - bucketLifeSeconds + 1;
    const first = this.buckets.findIndex(({ second }) => second >= oldestSecond);
    if (first === 0) return this.buckets;
    return first < 0 ? [] : this.buckets.slice(first);
  }
}

function useOf(buckets: readonly Bucket[], nowMs: number): WindowUse {
  const use: WindowUse = { requests: 0, tokens: 0, requestsResetMs: 0, tokensResetMs: 0 };
  for (const { second, requests, tokens } of buckets) {
    const endsInMs = (second + bucketLifeSeconds) * 1_000 - nowMs;
    use.requests += requests;
    use.tokens += tokens;
    if (requests > 0) use.requestsResetMs = endsInMs;
    if (tokens > 0) use.tokensResetMs = endsInMs;
  }
  return use;
}

/** Until enough of the oldest buckets counts no more. */
function waitMs(
  buckets: readonly Bucket[],
  kind: keyof Charge,
  limit: number | null,
  wanted: number,
  nowMs: number,
): number {
  if (limit === null || wanted <= limit) return 0;
  let excess = wanted - limit;
  for (const bucket of buckets) {
    excess -= bucket[kind];
    if (excess <= 0) return (bucket.second + bucketLifeSeconds) * 1_000 - nowMs;
  }
  return bucketLifeSeconds * 1_000;
}
