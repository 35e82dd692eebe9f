/** Sends the items of one turn of the event loop as one request. */
export class RequestBatcher<Item, Result> {
  private waiting: { item: Item; resolve: (result: Result) => void; reject: (error: unknown) => void }[] = [];

  /**
   * @param send one request; answers one result per item, in order
   * @param maxItems of one request
   */
  constructor(
    private readonly send: (items: Item[]) => Promise<Result[]>,
    private readonly maxItems: number,
  ) {}

  submit(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      if (this.waiting.length === 0) setImmediate(() => this.flush());
      this.waiting.push({ item, resolve, reject });
    });
  }

  private flush(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (let start = 0; start < waiting.length; start += this.maxItems) {
      const batch = waiting.slice(start, start + this.maxItems);
      this.send(batch.map((entry) => entry.item)).then(
        (results) => {
          if (results.length === batch.length)
            batch.forEach((entry, index) => entry.resolve(results[index]!));
          else for (const entry of batch) entry.reject(new Error('the reply does not answer every item'));
        },
        (error: unknown) => {
          for (const entry of batch) entry.reject(error);
        },
      );
    }
  }
}
