export interface BatchWriterOptions<Item, Result> {
  /** Writes a batch; answers one result per item, in order. */
  write: (items: Item[]) => Promise<Result[]>;
  /** Items with the same key never share a batch: the later one must see what the earlier one wrote. */
  keyOf: (item: Item) => string;
  /** Whether a batch that failed this way may hold one bad item among good ones: then each is tried alone. */
  isItemError: (error: unknown) => boolean;
  maxItems: number;
  /** Batches written at the same time. */
  maxParallel: number;
}

interface Waiting<Item, Result> {
  item: Item;
  resolve: (result: Result) => void;
  reject: (error: unknown) => void;
}

/**
 * Gathers single items into batches: while one batch is being written the next gathers, so that a batch is as large as
 * the load makes it and a lone item waits for nobody.
 */
export class BatchWriter<Item, Result> {
  private waiting: Waiting<Item, Result>[] = [];
  private writing = 0;
  private flushScheduled = false;

  constructor(private readonly options: BatchWriterOptions<Item, Result>) {}

  submit(item: Item): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ item, resolve, reject });
      this.scheduleFlush();
    });
  }

  private scheduleFlush(): void {
    if (this.flushScheduled) return;
    this.flushScheduled = true;
    setImmediate(() => {
      this.flushScheduled = false;
      this.flush();
    });
  }

  private flush(): void {
    while (this.waiting.length > 0 && this.writing < this.options.maxParallel) {
      this.writing += 1;
      void this.writeBatch(this.takeBatch()).finally(() => {
        this.writing -= 1;
        this.flush();
      });
    }
  }

  private takeBatch(): Waiting<Item, Result>[] {
    const batch: Waiting<Item, Result>[] = [];
    const left: Waiting<Item, Result>[] = [];
    const keys = new Set<string>();
    for (const entry of this.waiting) {
      const key = this.options.keyOf(entry.item);
      if (batch.length < this.options.maxItems && !keys.has(key)) {
        keys.add(key);
        batch.push(entry);
      } else {
        left.push(entry);
      }
    }
    this.waiting = left;
    return batch;
  }

  private async writeBatch(batch: Waiting<Item, Result>[]): Promise<void> {
    try {
      const results = await this.options.write(batch.map((entry) => entry.item));
      batch.forEach((entry, index) => entry.resolve(results[index]!));
    } catch (error) {
      if (batch.length > 1 && this.options.isItemError(error)) {
        for (const entry of batch) await this.writeBatch([entry]);
      } else {
        for (const entry of batch) entry.reject(error);
      }
    }
  }
}
