import { answersServed, expectedCharges } from './expected-charges.js';
import { problemsOf } from './measure.js';
import type { Served } from './orders.js';
import { plainVariants } from './usage-variants.js';

const rates = {
  inputPicoUsd: 150_000n,
  cachedInputPicoUsd: 75_000n,
  cacheWrite5mPicoUsd: 0n,
  cacheWrite1hPicoUsd: 0n,
  audioInputPicoUsd: 0n,
  outputPicoUsd: 600_000n,
};

function served(some: Partial<Served>): Served {
  return { plain: new Array<number>(plainVariants).fill(0), streams: {}, aborted: 0, ...some };
}

test('each answer costs the price of its own usage', () => {
  const plain = served({}).plain.map((_, variant) => (variant < 2 ? 3 : 0));
  // 80 input, 150 output; 78 + 3 cached input, 157 output.
  const first = 80n * 150n + 150n * 600n;
  const second = 78n * 150n + 3n * 75n + 157n * 600n;
  expect(expectedCharges(served({ plain }), rates)).toBe(3n * (first + second));
});

test('each answer is rounded up by itself', () => {
  const odd = { ...rates, inputPicoUsd: 1n, outputPicoUsd: 0n };
  expect(expectedCharges(served({ streams: { '10': 7 } }), odd)).toBe(7n);
});

test('a stream is paid by its chunks', () => {
  expect(expectedCharges(served({ streams: { '10': 2 } }), rates)).toBe(2n * (90n * 150n + 10n * 600n));
});

describe('a run is wrong', () => {
  const one = served({ streams: { '10': 1 } });
  const right = { answers: 1, failures: {} };

  test('in nothing, when answers, served and charged agree', () => {
    expect(answersServed(one)).toBe(1);
    expect(problemsOf(right, one, 5n, 5n)).toEqual([]);
    expect(problemsOf(right, one, undefined, 5n)).toEqual([]);
  });

  test.each([
    ['a nano-USD too much was charged', right, one, 6n, 'charged 6 nano-USD'],
    ['a nano-USD too little was charged', right, one, 4n, 'charged 4 nano-USD'],
    ['the upstream served what no client got', right, served({ streams: { '10': 2 } }), 5n, 'served 2'],
    ['an answer failed', { answers: 1, failures: { 'status 503': 2 } }, one, 5n, '2 answers: status 503'],
    ['nothing was answered', { answers: 0, failures: {} }, served({}), 0n, 'nothing was answered'],
  ])('when %s', (_, load, upstream, charged, problem) => {
    const expected = upstream === one || upstream.streams['10'] === 2 ? 5n : 0n;
    expect(problemsOf(load, upstream, charged, expected).join()).toContain(problem);
  });
});
