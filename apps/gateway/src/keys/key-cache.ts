import type { ApiKey, KeyRefusal } from '@tokenroute/contracts';

export type KeyVerdict = { kind: 'valid'; key: ApiKey } | { kind: 'refused'; refusal: KeyRefusal };

export interface CachedVerdict {
  verdict: KeyVerdict;
  /** Monotonic milliseconds at which auth gave it. */
  fetchedAtMs: number;
}

/** What auth said of recent keys, by hexadecimal digest; the oldest entry gives way when it is full. */
export class KeyCache {
  private readonly entries = new Map<string, CachedVerdict>();

  constructor(private readonly maxEntries: number) {}

  get(digest: string): CachedVerdict | undefined {
    return this.entries.get(digest);
  }

  set(digest: string, verdict: KeyVerdict, nowMs: number): void {
    // Deleted first, so that the map's order is the order of fetching.
    this.entries.delete(digest);
    this.entries.set(digest, { verdict, fetchedAtMs: nowMs });
    if (this.entries.size > this.maxEntries) {
      const oldest = this.entries.keys().next();
      if (!oldest.done) this.entries.delete(oldest.value);
    }
  }

  delete(digest: string): void {
    this.entries.delete(digest);
  }
}
