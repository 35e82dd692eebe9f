/** So few that wait are no queue, however slow the machine. */
export const leastQueue = 256;
/** More than those come only while nobody has been waiting for so long: else more come than begin. */
export const longestQueueMs = 100;
/** Of a crowd that comes at once, when nobody has been waiting yet. */
export const mostQueue = 512;
/** More of them in one turn of the event loop would keep what has begun, and who is to be refused, waiting for longer. */
export const begunPerTurn = 20;
/** Who has waited for so long is refused: what it waits for has come to a stand. */
export const mostWaitMs = 1_000;
const lookAgainMs = 2;

export interface AdmissionQueueOptions {
  /** False: whoever begins now would be refused later, when it has waited in vain. */
  hasRoom: () => boolean;
  nowMs: () => number;
}

interface Waiting {
  begin: () => void;
  refuse: () => void;
  sinceMs: number;
}

/**
 * Requests that wait for the event loop, and for room behind it. Of each turn it begins a few: what has begun goes on before
 * anything new, so that under too much work the turns stay short, and with them the time until a request is refused or a
 * connection accepted.
 */
export class AdmissionQueue {
  private readonly waiting: Waiting[] = [];
  private begun = 0;
  private turnIsWatched = false;

  constructor(private readonly options: AdmissionQueueOptions) {}

  get length(): number {
    return this.waiting.length;
  }

  admits(): boolean {
    const { length } = this.waiting;
    if (length < leastQueue) return true;
    return length < mostQueue && this.options.nowMs() - this.waiting[0]!.sinceMs < longestQueueMs;
  }

  /** Begins a request now, when nobody waits and it may; else when its turn comes. Refuses it when that does not come. */
  push(begin: () => void, refuse: () => void): void {
    if (this.waiting.length === 0 && this.mayBegin) this.begin(begin);
    else this.waiting.push({ begin, refuse, sinceMs: this.options.nowMs() });
    this.watchTurn();
  }

  private get mayBegin(): boolean {
    return this.begun < begunPerTurn && this.options.hasRoom();
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
    const longestSinceMs = this.options.nowMs() - mostWaitMs;
    while (this.waiting.length > 0 && this.waiting[0]!.sinceMs < longestSinceMs)
      this.waiting.shift()!.refuse();
    while (this.waiting.length > 0 && this.mayBegin) this.begin(this.waiting.shift()!.begin);
    if (this.begun > 0) this.watchTurn();
    else if (this.waiting.length > 0) this.lookAgain();
  };

  /** Turns that begin nothing would keep the processor busy with waiting. */
  private lookAgain(): void {
    this.turnIsWatched = true;
    setTimeout(this.nextTurn, lookAgainMs);
  }
}
