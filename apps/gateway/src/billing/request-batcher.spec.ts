import { RequestBatcher } from './request-batcher.js';

describe('RequestBatcher', () => {
  test('items of one turn leave as one request, cut at the maximum, and each gets its own answer', async () => {
    const sent: number[][] = [];
    const batcher = new RequestBatcher<number, number>((items) => {
      sent.push(items);
      return Promise.resolve(items.map((item) => item * 2));
    }, 2);
    expect(await Promise.all([1, 2, 3].map((item) => batcher.submit(item)))).toEqual([2, 4, 6]);
    expect(sent).toEqual([[1, 2], [3]]);
  });

  test('a failed request fails its own items and no others', async () => {
    const batcher = new RequestBatcher<number, number>(
      (items) => (items.includes(1) ? Promise.reject(new Error('no reply')) : Promise.resolve(items)),
      1,
    );
    const results = await Promise.allSettled([1, 2].map((item) => batcher.submit(item)));
    expect(results.map((result) => result.status)).toEqual(['rejected', 'fulfilled']);
  });

  test('a reply that does not answer every item answers none', async () => {
    const batcher = new RequestBatcher<number, number>(() => Promise.resolve([1]), 10);
    const results = await Promise.allSettled([1, 2].map((item) => batcher.submit(item)));
    expect(results.map((result) => result.status)).toEqual(['rejected', 'rejected']);
  });
});
