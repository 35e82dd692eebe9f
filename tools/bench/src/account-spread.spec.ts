import { spreadAccounts } from './account-spread.js';
import { seededRandom } from './shard-simulation.js';

test('one shard has everything', () => {
  expect(spreadAccounts(1_000, 1, seededRandom(1)).heaviestShard).toBeCloseTo(1, 9);
});

test('the heaviest shard has at least its part, and at least the largest account', () => {
  for (const shards of [2, 8, 64]) {
    const { heaviestShard, largestAccount } = spreadAccounts(100_000, shards, seededRandom(2));
    expect(heaviestShard).toBeGreaterThan(1 / shards);
    expect(heaviestShard).toBeGreaterThan(largestAccount);
    expect(heaviestShard).toBeLessThan(1);
  }
});

test('of a hundred thousand accounts the largest makes a twelfth of the requests', () => {
  expect(spreadAccounts(100_000, 8, seededRandom(3)).largestAccount).toBeCloseTo(1 / 12.09, 3);
});
