export interface BillingLimitOptions {
  /** A hold or a charge takes longer than this only because others are waiting before it. */
  targetDelayMs: number;
  nowMs: () => number;
}

/** So few waiting are no queue, however slow the machine. */
export const leastLimit = 128;
/** As many may come at once to a billing for which nobody waits. */
export const firstLimit = 512;
const mostLimit = 8_192;
const windowMs = 100;
export const step = 16;
const share = 0.9;
const none = Number.POSITIVE_INFINITY;

/**
 * How many holds and charges may be waiting for billing at once, found by how long they wait. Of each window the shortest wait
 * counts, as in CoDel: a burst is over within one, in a standing queue everybody waits. The limit falls by a share while there
 * is such a queue, of holds or of charges, and rises by a step while it is reached and there is none (AIMD), so that billing is
 * kept busy, and no busier. Charges count, or holds would be admitted as fast as holds alone can be taken.
 */
export class BillingLimit {
  private underWay = 0;
  private current = firstLimit;
  private windowEndsAtMs = 0;
  private shortestHoldMs = none;
  private shortestChargeMs = none;
  private reached = false;

  constructor(private readonly options: BillingLimitOptions) {}

  get limit(): number {
    return this.current;
  }

  get waiting(): number {
    return this.underWay;
  }

  /** To be asked before each hold; charges are never refused. False: it would only wait behind the others. */
  admits(): boolean {
    return this.hasRoomFor(1);
  }

  /** False while so many more would be too many: who waits for room waits on. */
  hasRoomFor(count: number): boolean {
    if (this.underWay + count <= this.current) return true;
    this.reached = true;
    return false;
  }

  /** A hold or a charge is asked for. @returns what `endHold` or `endCharge` has to be told */
  begin(): number {
    this.underWay += 1;
    return this.options.nowMs();
  }

  /** It was answered, or will not be. */
  endHold(begunAtMs: number): void {
    const nowMs = this.options.nowMs();
    this.shortestHoldMs = Math.min(this.shortestHoldMs, nowMs - begunAtMs);
    this.end(nowMs);
  }

  endCharge(begunAtMs: number): void {
    const nowMs = this.options.nowMs();
    this.shortestChargeMs = Math.min(this.shortestChargeMs, nowMs - begunAtMs);
    this.end(nowMs);
  }

  private end(nowMs: number): void {
    this.underWay -= 1;
    // Nobody waits: there is no queue that a burst would make longer.
    if (this.underWay === 0) this.current = Math.max(this.current, firstLimit);
    if (nowMs >= this.windowEndsAtMs) this.adapt(nowMs);
  }

  private adapt(nowMs: number): void {
    if (this.isTooLong(this.shortestHoldMs) || this.isTooLong(this.shortestChargeMs))
      this.current = Math.max(leastLimit, Math.floor(this.current * share));
    else if (this.reached) this.current = Math.min(mostLimit, this.current + step);
    this.windowEndsAtMs = nowMs + windowMs;
    this.shortestHoldMs = none;
    this.shortestChargeMs = none;
    this.reached = false;
  }

  private isTooLong(shortestMs: number): boolean {
    return shortestMs !== none && shortestMs > this.options.targetDelayMs;
  }
}
