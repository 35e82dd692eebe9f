import { picoUsd } from '@tokenroute/money';
import type { Price } from './price.js';
import { planInForce, type PricePlan, withPlan } from './price-plan.js';

const rates = {
  input: picoUsd(150_000n),
  cachedInput: picoUsd(75_001n),
  cacheWrite5m: picoUsd(0n),
  cacheWrite1h: picoUsd(1n),
  audioInput: picoUsd(150_000n),
  output: picoUsd(600_000n),
};
const price: Price = {
  id: 1n,
  modelId: 'm',
  effectiveFrom: new Date(0),
  source: 'test',
  rates,
  longContext: { aboveTokens: 200_000, rates },
  peak: null,
};

function plan(id: bigint, modelId: string | null, from: number, basisPoints = 10_000n): PricePlan {
  return { id, accountId: 'a', modelId, basisPoints, effectiveFrom: new Date(from), reason: 'test' };
}

test('a plan scales every rate of every tier, each rounded up to a whole pico-USD', () => {
  const scaled = {
    input: 135_000n,
    cachedInput: 67_501n,
    cacheWrite5m: 0n,
    cacheWrite1h: 1n,
    audioInput: 135_000n,
    output: 540_000n,
  };
  expect(withPlan(price, plan(1n, null, 0, 9_000n))).toEqual({
    ...price,
    rates: scaled,
    longContext: { aboveTokens: 200_000, rates: scaled },
  });
});

test('a plan of a hundred percent is the list price, one above it a markup', () => {
  expect(withPlan(price, plan(1n, null, 0))).toEqual(price);
  expect(withPlan(price, plan(1n, null, 0, 12_550n)).rates.input).toBe(188_250n);
});

test.each([
  ['the newest that has begun', [plan(3n, null, 30), plan(2n, null, 20), plan(1n, null, 10)], 25, 2n],
  ['one for the model before a newer one for all', [plan(3n, null, 30), plan(2n, 'm', 20)], 40, 2n],
  ['none for another model', [plan(2n, 'other', 20)], 40, undefined],
  ['one for all before the model’s own has begun', [plan(3n, 'm', 30), plan(1n, null, 10)], 20, 1n],
  ['none before the first', [plan(1n, null, 10)], 9, undefined],
])('in force is %s', (_what, plans, at, id) => {
  expect(planInForce(plans, 'm', new Date(at))?.id).toBe(id);
});
