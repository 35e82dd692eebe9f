import { median, percentiles } from './percentiles.js';

test('a percentile is a value that was measured, whatever the order', () => {
  const values = Array.from({ length: 1_000 }, (_, index) => 1_000 - index);
  expect(percentiles(values)).toEqual({
    count: 1_000,
    mean: 500.5,
    p50: 500,
    p90: 900,
    p99: 990,
    p999: 999,
    max: 1_000,
  });
});

test('of nothing there are zeros, and no median', () => {
  expect(percentiles([]).p99).toBe(0);
  expect(() => median([])).toThrow('nothing');
});

test('the median of an even number of values is between the middle ones', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
});
