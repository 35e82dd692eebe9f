import { quantileBetween, readBuckets } from './histograms.js';

const text = (slow: number) =>
  [
    `x_bucket{a="1",le="0.005"} 10`,
    `x_bucket{a="1",le="0.01"} 20`,
    `x_bucket{a="1",le="+Inf"} ${20 + slow}`,
    `x_bucket{a="2",le="0.005"} 5`,
    `x_bucket{a="2",le="0.01"} 5`,
    `x_bucket{a="2",le="+Inf"} 5`,
    `x_bucket_other{le="0.005"} 99`,
  ].join('\n');

const nothing = new Map<number, number>();

test('a quantile is over all labels, and no larger than its bucket', () => {
  expect(quantileBetween(nothing, readBuckets(text(0), 'x'), 0.5)).toBe(0.005);
  expect(quantileBetween(nothing, readBuckets(text(0), 'x'), 0.99)).toBe(0.01);
});

test('only what came between two readings counts', () => {
  const [before, after] = [readBuckets(text(0), 'x'), readBuckets(text(7), 'x')];
  expect(quantileBetween(before, after, 0.5)).toBe(Number.POSITIVE_INFINITY);
  expect(quantileBetween(after, after, 0.5)).toBeNull();
});
