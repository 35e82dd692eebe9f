/** So few that wait are no queue, however slow the machine. */
export const leastQueue = 128;
/** A crowd that comes at once may wait; it is over soon. */
export const mostQueue = 512;
/** A queue of more than the least that stands for so long is no crowd, but too much. */
export const standingMs = 250;
/** More of them in one turn of the event loop would keep what has begun, and who is to be refused, waiting for longer. */
export const begunPerTurn = 10;

/**
 * Requests that wait for the event loop. Of each turn it begins a few: what has begun goes on before anything new, so that
 * under too much work the turns stay short, and with them the time until a request is refused or a connection accepted.
 */
export class AdmissionQueue {
  private waiting: (() => void)[] = [];
  private begun = 0;
  private turnIsWatched = false;
  private longSinceMs = Number.POSITIVE_INFINITY;

  constructor(private readonly nowMs: () => number) {}

  get length(): number {
    return this.waiting.length;
  }

  admits(): boolean {
    const { length } = this.waiting;
    if (length < leastQueue) {
      this.longSinceMs = Number.POSITIVE_INFINITY;
      return true;
    }
    const nowMs = this.nowMs();
    this.longSinceMs = Math.min(this.longSinceMs, nowMs);
    return length < mostQueue && nowMs - this.longSinceMs < standingMs;
  }

  /** Begins a request now, when this turn has begun few and nobody waits; else when its turn comes. */
  push(begin: () => void): void {
    if (this.waiting.length > 0 || this.begun >= begunPerTurn) this.waiting.push(begin);
    else this.begin(begin);
    this.watchTurn();
  }

  private begin(begin: () => void): void {
    this.begun += 1;
    begin();
  }

  private watchTurn(): void {
    if (this.turnIsWatched) return;
    this.turnIsWatched = true;
    setImmediate(this.nextTurn);
  }

  private readonly nextTurn = () => {
    this.turnIsWatched = false;
    this.begun = 0;
    for (const begin of this.waiting.splice(0, begunPerTurn)) this.begin(begin);
    if (this.begun > 0) this.watchTurn();
  };
}
