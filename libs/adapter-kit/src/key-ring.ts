import { createHash } from 'node:crypto';
import type { ConfiguredKey } from './provider-keys.js';

/** One of a provider's keys, and how it does. */
export interface ProviderKey {
  /** What a request with it carries. */
  readonly headers: Readonly<Record<string, string>>;
  /** Names it where people read: the beginning of the key's SHA-256, from which nobody gets the key. */
  readonly fingerprint: string;
  weight: number;
  /** Of smooth weighted choice: how far it is behind its share. */
  credit: number;
  restsUntilMs: number;
  /** Times in a row that its rest was over and it was refused again; 0: it is not known to be refused. */
  refusals: number;
  requests: number;
  refused: number;
  limited: number;
}

export interface KeyRingOptions {
  /** The headers that show a key to the provider. */
  authorize: (key: string) => Record<string, string>;
  /** Milliseconds of a clock that never goes back. */
  now: () => number;
  /** A key that was not known to be refused is. @param words the provider's */
  onRefused?: (key: ProviderKey, words: string | undefined) => void;
}

const firstCoolingMs = 10_000;
const longestCoolingMs = 600_000;
/** Said by a provider that limits us without saying for how long. */
const shortRestMs = 1_000;
/** A daily quota may ask for more: by then it is worth a try. */
const longestRestMs = 3_600_000;

/**
 * A provider's keys, weighted, with their health. A key that the provider refuses is out for a time that grows; one that is
 * limited rests as long as the provider says. What is out is not asked while another key is there; when all are, the one that is
 * back first is, and the provider says itself what is wrong: one key alone is always asked.
 */
export class KeyRing {
  private keys: readonly ProviderKey[] = [];
  private readonly byKey = new Map<string, ProviderKey>();

  constructor(
    keys: readonly ConfiguredKey[],
    private readonly options: KeyRingOptions,
  ) {
    this.replace(keys);
  }

  get all(): readonly ProviderKey[] {
    return this.keys;
  }

  /** From the next choice on these are the keys; one that stays keeps its health and its numbers. */
  replace(keys: readonly ConfiguredKey[]): void {
    const next = keys.map(({ key, weight }) => {
      const its = this.byKey.get(key) ?? newKey(key, this.options.authorize(key));
      its.weight = weight;
      return [key, its] as const;
    });
    this.byKey.clear();
    for (const [key, its] of next) this.byKey.set(key, its);
    this.keys = next.map(([, its]) => its);
  }

  isHealthy({ refusals, restsUntilMs }: ProviderKey): boolean {
    return refusals === 0 && restsUntilMs <= this.options.now();
  }

  /** The key of the next request. */
  choose(): ProviderKey {
    return this.chooseRested(false) ?? this.backFirst();
  }

  /** The key of a second try: not one of which nobody knows yet whether it is taken again. Null when there is none. */
  chooseHealthy(): ProviderKey | null {
    return this.chooseRested(true);
  }

  private chooseRested(isHealthy: boolean): ProviderKey | null {
    const nowMs = this.options.now();
    let chosen: ProviderKey | null = null;
    let weights = 0;
    for (const key of this.keys) {
      if (key.restsUntilMs > nowMs || (isHealthy && key.refusals > 0)) continue;
      key.credit += key.weight;
      weights += key.weight;
      if (!chosen || key.credit > chosen.credit) chosen = key;
    }
    if (!chosen) return null;
    chosen.credit -= weights;
    // One request tries a key that was refused; the others wait for what becomes of it.
    if (chosen.refusals > 0) this.cool(chosen);
    return chosen;
  }

  private backFirst(): ProviderKey {
    let first = this.keys[0]!;
    for (const key of this.keys) if (key.restsUntilMs < first.restsUntilMs) first = key;
    return first;
  }

  /** The provider took the key. */
  accepted(key: ProviderKey): void {
    if (key.refusals === 0) return;
    key.refusals = 0;
    key.restsUntilMs = 0;
  }

  /** The provider does not take the key, or nothing more on its account. @param words the provider's, for the log */
  refused(key: ProviderKey, words?: string): void {
    key.refused += 1;
    // Requests that were under way with it say the same once more.
    if (key.refusals > 0) return;
    this.cool(key);
    this.options.onRefused?.(key, words);
  }

  private cool(key: ProviderKey): void {
    const coolingMs = Math.min(firstCoolingMs * 2 ** key.refusals, longestCoolingMs);
    key.refusals += 1;
    key.restsUntilMs = Math.max(key.restsUntilMs, this.options.now() + coolingMs);
  }

  /** The key has used up its rate. @param retryAfterSeconds what the provider says, if it does */
  limited(key: ProviderKey, retryAfterSeconds: number | undefined): void {
    this.accepted(key);
    key.limited += 1;
    const restMs = retryAfterSeconds === undefined ? shortRestMs : retryAfterSeconds * 1_000;
    key.restsUntilMs = Math.max(key.restsUntilMs, this.options.now() + Math.min(restMs, longestRestMs));
  }
}

function newKey(key: string, headers: Record<string, string>): ProviderKey {
  return {
    headers,
    fingerprint: createHash('sha256').update(key).digest('hex').slice(0, 8),
    weight: 0,
    credit: 0,
    restsUntilMs: 0,
    refusals: 0,
    requests: 0,
    refused: 0,
    limited: 0,
  };
}
