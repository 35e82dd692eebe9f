import { BatchWriter } from './batch-writer.js';

interface Item {
  key: string;
  value: number;
}

function gate(): { open: () => void; opened: Promise<void> } {
  let open!: () => void;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return { open, opened };
}

function writerOf(write: (items: Item[]) => Promise<number[]>, maxParallel = 1): BatchWriter<Item, number> {
  return new BatchWriter({
    write,
    keyOf: (item) => item.key,
    isItemError: (error) => (error as Error).message === 'bad item',
    maxItems: 3,
    maxParallel,
  });
}

describe('BatchWriter', () => {
  test('items that come while a batch is written share the next one, up to the maximum', async () => {
    const first = gate();
    const batches: number[][] = [];
    const writer = writerOf(async (items) => {
      batches.push(items.map((item) => item.value));
      if (batches.length === 1) await first.opened;
      return items.map((item) => item.value * 10);
    });
    const results = [writer.submit({ key: 'a', value: 1 })];
    await new Promise((resolve) => setImmediate(resolve));
    for (const value of [2, 3, 4, 5]) results.push(writer.submit({ key: `k${value}`, value }));
    first.open();
    expect(await Promise.all(results)).toEqual([10, 20, 30, 40, 50]);
    expect(batches).toEqual([[1], [2, 3, 4], [5]]);
  });

  test('items with the same key never share a batch and keep their order', async () => {
    const batches: number[][] = [];
    const writer = writerOf(async (items) => {
      batches.push(items.map((item) => item.value));
      return items.map((item) => item.value);
    });
    await Promise.all([1, 2].map((value) => writer.submit({ key: 'same', value })));
    expect(batches).toEqual([[1], [2]]);
  });

  test('a bad item fails alone', async () => {
    const writer = writerOf(async (items) => {
      if (items.some((item) => item.value === 2)) throw new Error('bad item');
      return items.map((item) => item.value);
    });
    const results = await Promise.allSettled(
      [1, 2, 3].map((value) => writer.submit({ key: `${value}`, value })),
    );
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  test('a failure of the whole batch fails every item once, without a second try', async () => {
    let writes = 0;
    const writer = writerOf(async () => {
      writes += 1;
      throw new Error('connection lost');
    });
    const results = await Promise.allSettled(
      [1, 2].map((value) => writer.submit({ key: `${value}`, value })),
    );
    expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected']);
    expect(writes).toBe(1);
  });
});
