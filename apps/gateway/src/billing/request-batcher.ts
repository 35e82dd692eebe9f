export interface RequestBatcherOptions<Item, Result> {
  /** One request; answers one result per item, in order. */
  send: (items: Item[]) => Promise<Result[]>;
  /** Of one request. */
  maxItems: number;
  /** Requests under way for which the next items wait, so that they leave as one. */
  maxUnderWay: number;
  /** After so long a request is waited for no more: one that gets lost must not hold up all that come after it. */
  patienceMs: number;
}

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/**
 * Sends the items of one turn of the event loop as one request, and those that come while requests are under way as the
 * next: a lone item waits for nobody, and the more there are, the fewer requests each of them costs.
 */
export class RequestBatcher<Item, Result> {
  private waiting: Waiting<Item, Result>[] = [];
  private underWay = 0;
  private flushIsDue = false;

  constructor(private readonly options: RequestBatcherOptions<Item, Result>) {}

  submit(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      if (this.flushIsDue || this.underWay >= this.options.maxUnderWay) return;
      this.flushIsDue = true;
      setImmediate(() => {
        this.flushIsDue = false;
        this.flush();
      });
    });
  }

  private flush(): void {
    while (this.waiting.length > 0 && this.underWay < this.options.maxUnderWay) {
      this.request(this.waiting.splice(0, this.options.maxItems));
    }
  }

  private request(batch: Waiting<Item, Result>[]): void {
    this.underWay += 1;
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
