import { boundFor, readingMs } from './yardstick.js';

test('a slower machine gets more time in proportion, within reason, and a faster one no less than was promised', () => {
  expect(boundFor(80)).toBe(2 * boundFor(40));
  expect(boundFor(1)).toBe(200);
  expect(boundFor(60_000)).toBe(1_000);
});

test('reading takes processor time', () => {
  expect(readingMs()).toBeGreaterThan(1);
});
