export interface HoldLimitOptions {
  /** A hold takes longer than this only because others are waiting before it. */
  targetDelayMs: number;
  nowMs: () => number;
}

/** So few waiting holds are no queue, however slow the machine. */
const leastLimit = 128;
const firstLimit = 512;
const mostLimit = 4_096;
const windowMs = 100;
const step = 16;
const share = 0.9;

/**
 * How many holds may be waiting for billing at once, found by how long they wait. Of each window the shortest wait counts, as
 * in CoDel: a burst is over within one, in a standing queue everybody waits. The limit falls by a share while there is such a
 * queue and rises by a step while it is reached and there is none (AIMD), so that billing is kept busy, and no busier.
 */
export class HoldLimit {
  private underWay = 0;
  private current = firstLimit;
  private windowEndsAtMs = 0;
  private shortestDelayMs = Number.POSITIVE_INFINITY;
  private reached = false;

  constructor(private readonly options: HoldLimitOptions) {}

  get limit(): number {
    return this.current;
  }

  get waiting(): number {
    return this.underWay;
  }

  /** To be asked before each hold. False: it would only wait behind the others. */
  admits(): boolean {
    if (this.underWay < this.current) return true;
    this.reached = true;
    return false;
  }

  /** A hold is asked for. @returns what `end` has to be told */
  begin(): number {
    this.underWay += 1;
    return this.options.nowMs();
  }

  /** It was answered, or will not be. */
  end(begunAtMs: number): void {
    const nowMs = this.options.nowMs();
    this.underWay -= 1;
    this.shortestDelayMs = Math.min(this.shortestDelayMs, nowMs - begunAtMs);
    if (nowMs >= this.windowEndsAtMs) this.adapt(nowMs);
  }

  private adapt(nowMs: number): void {
    if (this.shortestDelayMs > this.options.targetDelayMs)
      this.current = Math.max(leastLimit, Math.floor(this.current * share));
    else if (this.reached) this.current = Math.min(mostLimit, this.current + step);
    this.windowEndsAtMs = nowMs + windowMs;
    this.shortestDelayMs = Number.POSITIVE_INFINITY;
    this.reached = false;
  }
}
