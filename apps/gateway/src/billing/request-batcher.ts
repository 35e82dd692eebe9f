export interface RequestBatcherOptions<Item, Result> {
  /** One request; answers one result per item, in order. */
  send: (items: Item[]) => Promise<Result[]>;
  /** Of one request. */
  maxItems: number;
  /** Requests under way for which the next items wait, so that they leave as one; in a crowd one. */
  maxUnderWay: number;
  /** After so long a request is waited for no more: one that gets lost must not hold up all that come after it. */
  patienceMs: number;
  /** Asked before a request leaves: in a crowd the next one leaves `gatheringMs` after the one before, and takes more along. */
  isCrowded: () => boolean;
  gatheringMs: number;
}

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/**
 * Sends the items of one turn of the event loop as one request, and those that come while it is under way as the next: a lone
 * item waits for nobody, and the more there are, the fewer requests each of them costs. In a crowd, where every turn brings some
 * and answers come within a turn, requests of few items would cost those who answer them half of their time.
 */
export class RequestBatcher<Item, Result> {
  private waiting: Waiting<Item, Result>[] = [];
  private underWay = 0;
  private flushIsDue = false;
  private gathering: NodeJS.Timeout | null = null;
  private lastSentAtMs = 0;

  constructor(private readonly options: RequestBatcherOptions<Item, Result>) {}

  submit(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (this.flushIsDue || this.isBusy) return;
      this.flushIsDue = true;
      setImmediate(() => {
        this.flushIsDue = false;
        this.flush();
      });
    });
  }

  private flush(): void {
    while (this.waiting.length > 0 && !this.isBusy) {
      const leftMs = this.gatheringLeftMs();
      if (leftMs > 0) return this.gather(leftMs);
      this.request(this.waiting.splice(0, this.options.maxItems));
    }
  }

  private get isBusy(): boolean {
    return (
      this.gathering !== null || this.underWay >= (this.options.isCrowded() ? 1 : this.options.maxUnderWay)
    );
  }

  private gather(forMs: number): void {
    this.gathering = setTimeout(() => {
      this.gathering = null;
      this.flush();
    }, forMs);
  }

  private gatheringLeftMs(): number {
    const { maxItems, gatheringMs, isCrowded } = this.options;
    if (!isCrowded() || this.waiting.length >= maxItems) return 0;
    return this.lastSentAtMs + gatheringMs - performance.now();
  }

  private request(batch: Waiting<Item, Result>[]): void {
    this.underWay += 1;
    this.lastSentAtMs = performance.now();
    let counted = true;
    const goOn = () => {
      if (!counted) return;
      counted = false;
      this.underWay -= 1;
      this.flush();
    };
    const patience = setTimeout(goOn, this.options.patienceMs);
    this.options
      .send(batch.map(({ item }) => item))
      // Before the results are looked at, so that the next request is on its way meanwhile.
      .finally(() => {
        clearTimeout(patience);
        goOn();
      })
      .then(
        (results) => {
          if (results.length === batch.length)
            batch.forEach(({ resolve }, index) => resolve(results[index]!));
          else for (const { reject } of batch) reject(new Error('the reply does not answer every item'));
        },
        (error: unknown) => {
          for (const { reject } of batch) reject(error);
        },
      );
  }
}
