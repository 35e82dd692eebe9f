import { setTimeout as delay } from 'node:timers/promises';
import {
  AdmissionQueue,
  begunPerTurn,
  leastQueue,
  longestQueueMs,
  mostQueue,
  mostWaitMs,
} from './admission-queue.js';

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('the queue before the event loop', () => {
  let nowMs: number;
  let hasRoom: boolean;
  let begun: number[];
  let refused: number;
  let queue: AdmissionQueue;

  beforeEach(() => {
    nowMs = 0;
    hasRoom = true;
    begun = [];
    refused = 0;
    queue = new AdmissionQueue({ hasRoom: () => hasRoom, nowMs: () => nowMs });
  });

  const push = (count: number) => {
    // Those whom a test leaves waiting begin while the next one runs.
    const ofThisTest = begun;
    for (let index = 0; index < count; index += 1) {
      queue.push(
        () => ofThisTest.push(ofThisTest.length),
        () => (refused += 1),
      );
    }
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

  test('admits nobody behind one who has been waiting for long, until that one has begun', async () => {
    push(begunPerTurn);
    push(begunPerTurn);
    nowMs += longestQueueMs - 1;
    push(leastQueue);
    expect(queue.admits()).toBe(true);
    nowMs += 1;
    expect(queue.admits()).toBe(false);
    await turn();
    expect(queue.length).toBe(leastQueue);
    expect(queue.admits()).toBe(true);
  });

  test('a few may wait always, however long it takes', async () => {
    hasRoom = false;
    push(leastQueue - 1);
    nowMs += mostWaitMs;
    expect(queue.admits()).toBe(true);
    push(1);
    expect(queue.admits()).toBe(false);
    hasRoom = true;
    while (queue.length > 0) await turn();
  });

  test('who would be refused after having begun waits, and begins in its turn when there is room', async () => {
    hasRoom = false;
    push(2);
    await delay(20);
    expect(begun).toEqual([]);
    hasRoom = true;
    push(1);
    expect(begun).toEqual([]);
    while (begun.length < 3) await turn();
    expect(begun).toEqual([0, 1, 2]);
    expect(refused).toBe(0);
  });

  test('nobody waits for longer than a second for room that does not come', async () => {
    hasRoom = false;
    push(2);
    nowMs += mostWaitMs;
    push(1);
    await delay(20);
    expect(refused).toBe(0);
    nowMs += 1;
    while (refused < 2) await turn();
    expect(queue.length).toBe(1);
    expect(begun).toEqual([]);
  });
});
