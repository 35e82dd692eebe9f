import type { ApiKey, KeyRefusal } from '@tokenroute/contracts';

export type KeyVerdict = { kind: 'valid'; key: ApiKey } | { kind: 'refused'; refusal: KeyRefusal };

export interface CachedVerdict {
  verdict: KeyVerdict;
  /** Monotonic milliseconds at which auth gave it. */
  fetchedAtMs: number;
}

/**
 * What auth said of recent keys, by hexadecimal digest. Valid and refused ones have rooms of their own, in each of which
 * the oldest gives way when it is full: whoever tries keys at random drives out no customer's.
 */
export class KeyCache {
  private readonly valid = new Map<string, CachedVerdict>();
  private readonly refused = new Map<string, CachedVerdict>();

  /** @param maxEntries of each kind */
  constructor(private readonly maxEntries: number) {}

  get(digest: string): CachedVerdict | undefined {
    return this.valid.get(digest) ?? this.refused.get(digest);
  }

  set(digest: string, verdict: KeyVerdict, nowMs: number): void {
    // Deleted first, so that a map's order is the order of fetching.
    this.delete(digest);
    const entries = verdict.kind === 'valid' ? this.valid : this.refused;
    entries.set(digest, { verdict, fetchedAtMs: nowMs });
    if (entries.size > this.maxEntries) {
      const oldest = entries.keys().next();
      if (!oldest.done) entries.delete(oldest.value);
    }
  }

  delete(digest: string): void {
    this.valid.delete(digest);
    this.refused.delete(digest);
  }
}
