import { ceilingPerSecond, seededRandom, simulateShard } from './shard-simulation.js';

const shard = { batchMs: 2, itemMs: 0.1, maxItems: 200, writers: 2 };
const simulate = (ratePerSecond: number, writers = 2) =>
  simulateShard({ ...shard, ratePerSecond, writers }, 20, seededRandom(1));

test('a lone item waits for its own batch', () => {
  const { p50Ms, meanItems } = simulate(1);
  expect(p50Ms).toBeCloseTo(2.1, 6);
  expect(meanItems).toBeLessThan(1.1);
});

test('batches grow with the load, and with them what a second takes', () => {
  const [calm, busy] = [simulate(500), simulate(8_000)];
  expect(busy.meanItems).toBeGreaterThan(5 * calm.meanItems);
  expect(busy.p99Ms).toBeLessThan(10 * calm.p99Ms);
});

test('everything that arrived is written', () => {
  const { written } = simulate(1_000);
  expect(written).toBeGreaterThan(19_000);
  expect(written).toBeLessThan(21_000);
});

test.each([1, 2])('above the ceiling of %i writers, waits grow without bound', (writers) => {
  const ceiling = ceilingPerSecond({ ...shard, writers });
  expect(simulate(0.9 * ceiling, writers).p99Ms).toBeLessThan(100);
  const above = simulate(1.5 * ceiling, writers);
  expect(above.busy).toBeGreaterThan(0.99);
  expect(above.p99Ms).toBeGreaterThan(5_000);
});

test('the same seed gives the same answer', () => {
  expect(simulate(3_000)).toEqual(simulate(3_000));
});
