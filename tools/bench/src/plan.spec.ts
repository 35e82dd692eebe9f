import { inTurn, plan } from './plan.js';

const options = { durationMs: 1_000, openLoopMs: 2_000, ratePerSecond: 200 };

test('every measurement has the upstream and the proxy beside the product', () => {
  for (const { targets } of plan(options)) {
    expect(targets).toEqual(expect.arrayContaining(['upstream', 'proxy', 'tokenroute']));
  }
});

test('names are unique: results are grouped by them', () => {
  const names = plan(options).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

test('only one part can be asked for', () => {
  expect(plan({ ...options, only: 'open-loop' }).map(({ kind }) => kind)).toEqual(['open-loop']);
});

test('each round begins with another target', () => {
  expect([0, 1, 2, 3].map((round) => inTurn(['a', 'b', 'c'], round).join(''))).toEqual([
    'abc',
    'bca',
    'cab',
    'abc',
  ]);
});
