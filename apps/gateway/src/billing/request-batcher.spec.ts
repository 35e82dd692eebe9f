import { RequestBatcher, type RequestBatcherOptions } from './request-batcher.js';

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Requests that the test answers, in any order. */
function heldRequests() {
  const sent: { items: number[]; answer: () => void; fail: () => void }[] = [];
  const send = (items: number[]) =>
    new Promise<number[]>((resolve, reject) => {
      sent.push({
        items,
        answer: () => resolve(items.map((item) => item * 2)),
        fail: () => reject(new Error('no reply')),
      });
    });
  return { sent, send };
}

function batcherOf(options: Partial<RequestBatcherOptions<number, number>>): RequestBatcher<number, number> {
  return new RequestBatcher<number, number>({
    send: (items) => Promise.resolve(items.map((item) => item * 2)),
    maxItems: 10,
    maxUnderWay: 1,
    patienceMs: 60_000,
    isCrowded: () => false,
    gatheringMs: 60_000,
    ...options,
  });
}

describe('RequestBatcher', () => {
  test('items of one turn leave as one request, cut at the maximum, and each gets its own answer', async () => {
    const { sent, send } = heldRequests();
    const batcher = batcherOf({ send, maxItems: 2 });
    const results = [1, 2, 3].map((item) => batcher.submit(item));
    await turn();
    expect(sent.map(({ items }) => items)).toEqual([[1, 2]]);
    sent[0]!.answer();
    while (sent.length < 2) await turn();
    expect(sent[1]!.items).toEqual([3]);
    sent[1]!.answer();
    expect(await Promise.all(results)).toEqual([2, 4, 6]);
  });

  test('what comes while a request is under way leaves as one when that is answered, or fails', async () => {
    const { sent, send } = heldRequests();
    const batcher = batcherOf({ send });
    const first = batcher.submit(1);
    await turn();
    const later = [2, 3].map((item) => batcher.submit(item));
    await turn();
    expect(sent).toHaveLength(1);
    sent[0]!.fail();
    await expect(first).rejects.toThrow('no reply');
    expect(sent.map(({ items }) => items)).toEqual([[1], [2, 3]]);
    sent[1]!.answer();
    expect(await Promise.all(later)).toEqual([4, 6]);
  });

  test('a request that gets no answer holds up nobody for longer than the patience', async () => {
    const { sent, send } = heldRequests();
    const batcher = batcherOf({ send, patienceMs: 1 });
    const lost = batcher.submit(1);
    await turn();
    const later = batcher.submit(2);
    while (sent.length < 2) await turn();
    sent[1]!.answer();
    expect(await later).toBe(4);
    // Answered after all, it does not make room for a second time.
    sent[0]!.answer();
    expect(await lost).toBe(2);
  });

  test('in a crowd a request waits a moment for more, or until it is full', async () => {
    const { sent, send } = heldRequests();
    const batcher = batcherOf({ send, isCrowded: () => true, gatheringMs: 30 });
    const submit = (...items: number[]) => items.map((item) => batcher.submit(item));
    const results = submit(1, 2);
    await turn();
    const sentAtMs = performance.now();
    sent[0]!.answer();
    await results[0];
    results.push(...submit(3));
    await turn();
    results.push(...submit(4));
    while (sent.length < 2) await turn();
    expect(performance.now() - sentAtMs).toBeGreaterThan(25);
    expect(sent[1]!.items).toEqual([3, 4]);
    sent[1]!.answer();
    await results[3];
    results.push(...submit(...Array.from({ length: 10 }, (_, index) => index)));
    await turn();
    expect(sent[2]!.items).toHaveLength(10);
    sent[2]!.answer();
    await Promise.all(results);
  });

  test('where there is no crowd the next request does not wait for the one before', async () => {
    const { sent, send } = heldRequests();
    const batcher = batcherOf({ send, maxUnderWay: 2 });
    const results: Promise<number>[] = [];
    for (const item of [1, 2]) {
      results.push(batcher.submit(item));
      await turn();
    }
    expect(sent.map(({ items }) => items)).toEqual([[1], [2]]);
    for (const { answer } of sent) answer();
    expect(await Promise.all(results)).toEqual([2, 4]);
  });

  test('a failed request fails its own items and no others', async () => {
    const send = (items: number[]) =>
      items.includes(1) ? Promise.reject(new Error('no reply')) : Promise.resolve(items);
    const batcher = batcherOf({ send, maxItems: 1 });
    const results = await Promise.allSettled([1, 2].map((item) => batcher.submit(item)));
    expect(results.map((result) => result.status)).toEqual(['rejected', 'fulfilled']);
  });

  test('a reply that does not answer every item answers none', async () => {
    const batcher = batcherOf({ send: () => Promise.resolve([1]) });
    const results = await Promise.allSettled([1, 2].map((item) => batcher.submit(item)));
    expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected']);
  });
});
