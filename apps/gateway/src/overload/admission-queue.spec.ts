import { AdmissionQueue, begunPerTurn, leastQueue, mostQueue, standingMs } from './admission-queue.js';

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('the queue before the event loop', () => {
  let nowMs: number;
  let begun: number[];
  let queue: AdmissionQueue;

  beforeEach(() => {
    nowMs = 0;
    begun = [];
    queue = new AdmissionQueue(() => nowMs);
  });

  const push = (count: number) => {
    for (let index = 0; index < count; index += 1) queue.push(() => begun.push(begun.length));
  };

  test('who comes alone begins at once', () => {
    push(1);
    expect(begun).toEqual([0]);
    expect(queue.length).toBe(0);
  });

  test('of a crowd a few begin in each turn, in the order in which they came', async () => {
    push(3 * begunPerTurn);
    expect(begun).toHaveLength(begunPerTurn);
    await turn();
    expect(begun).toHaveLength(2 * begunPerTurn);
    push(1);
    await turn();
    await turn();
    expect(begun).toEqual(Array.from({ length: 3 * begunPerTurn + 1 }, (_, index) => index));
  });

  test('a turn after the crowd is over begins as many again', async () => {
    push(begunPerTurn);
    await turn();
    await turn();
    push(1);
    expect(queue.length).toBe(0);
  });

  test('admits a crowd that comes at once, and no more than that', () => {
    while (queue.admits()) push(1);
    expect(queue.length).toBe(mostQueue);
  });

  test('a queue that stands admits only as many as always may wait', async () => {
    push(begunPerTurn + leastQueue);
    expect(queue.admits()).toBe(true);
    nowMs += standingMs;
    expect(queue.admits()).toBe(false);
    await turn();
    expect(queue.admits()).toBe(true);
  });

  test('once the queue was short, the next crowd is admitted whole', async () => {
    push(begunPerTurn + leastQueue);
    expect(queue.admits()).toBe(true);
    await turn();
    expect(queue.admits()).toBe(true);
    push(begunPerTurn);
    nowMs += standingMs;
    expect(queue.admits()).toBe(true);
  });
});
