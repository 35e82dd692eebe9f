import { inBatches } from './in-batches.js';

const megabyte = 1024 * 1024;
const batches = (...megabytes: number[]) => inBatches(megabytes, (frame) => frame * megabyte);

test('what is small leaves together', () => {
  expect(batches(1, 2, 3)).toEqual([[1, 2, 3]]);
  expect(batches()).toEqual([]);
});

test('bodies of 20 MB each leave alone, whoever sends how many at the same moment', () => {
  expect(batches(20, 20, 20, 20)).toEqual([[20], [20], [20], [20]]);
  expect(batches(1, 20, 1, 1)).toEqual([[1], [20], [1, 1]]);
});
