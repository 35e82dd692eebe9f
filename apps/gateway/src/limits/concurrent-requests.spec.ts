import { ConcurrentRequests } from './concurrent-requests.js';

test('a key has so many requests under way, and each that ends makes room for another', () => {
  const underWay = new ConcurrentRequests(2);
  expect([underWay.enter('a'), underWay.enter('a'), underWay.enter('a')]).toEqual([true, true, false]);
  expect(underWay.enter('b')).toBe(true);
  underWay.leave('a');
  expect([underWay.enter('a'), underWay.enter('a')]).toEqual([true, false]);
});
