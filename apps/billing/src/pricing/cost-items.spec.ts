import type { Usage } from '@tokenroute/contracts';
import { picoUsd, roundUpToNanoUsd } from '@tokenroute/money';
import fc from 'fast-check';
import { cost } from './cost.js';
import { costItems } from './cost-items.js';
import { parsePeakHours } from './peak-hours.js';
import type { Price } from './price.js';

const price: Price = {
  id: 7n,
  modelId: 'm',
  effectiveFrom: new Date(0),
  source: 'test',
  rates: {
    input: picoUsd(150_001n),
    cachedInput: picoUsd(15_000n),
    cacheWrite5m: picoUsd(187_500n),
    cacheWrite1h: picoUsd(300_000n),
    audioInput: picoUsd(700_000n),
    output: picoUsd(600_000n),
  },
  longContext: null,
  peak: { hours: parsePeakHours('Mon-Fri 01:00-04:00'), percent: 150n },
};
const quiet = new Date('2026-11-23T00:59:59Z');
const peak = new Date('2026-11-23T01:00:00Z');

function usage(members: Partial<Usage>): Usage {
  return {
    inputTokens: 0,
    cachedInputTokens: 0,
    cacheWrite5mTokens: 0,
    cacheWrite1hTokens: 0,
    audioInputTokens: 0,
    outputTokens: 0,
    reasoningTokens: 0,
    estimated: false,
    ...members,
  };
}

describe('costItems', () => {
  test('every class has its tokens, its rate and their exact product', () => {
    const used = usage({
      inputTokens: 100,
      cachedInputTokens: 10,
      cacheWrite5mTokens: 20,
      cacheWrite1hTokens: 30,
      audioInputTokens: 5,
      outputTokens: 7,
      reasoningTokens: 3,
    });
    expect(costItems(used, price, quiet)).toEqual([
      { kind: 'input', tokens: 35, picoUsdPerToken: 150_001n, picoUsd: 5_250_035n },
      { kind: 'cached_input', tokens: 10, picoUsdPerToken: 15_000n, picoUsd: 150_000n },
      { kind: 'cache_write_5m', tokens: 20, picoUsdPerToken: 187_500n, picoUsd: 3_750_000n },
      { kind: 'cache_write_1h', tokens: 30, picoUsdPerToken: 300_000n, picoUsd: 9_000_000n },
      { kind: 'audio_input', tokens: 5, picoUsdPerToken: 700_000n, picoUsd: 3_500_000n },
      { kind: 'output', tokens: 7, picoUsdPerToken: 600_000n, picoUsd: 4_200_000n },
    ]);
  });

  test('a class without tokens has no item', () => {
    const used = usage({ inputTokens: 4, cachedInputTokens: 4 });
    expect(costItems(used, price, quiet).map(({ kind }) => kind)).toEqual(['cached_input']);
    expect(costItems(usage({}), price, quiet)).toEqual([]);
  });

  test('a peak hour is in the rate', () => {
    // 150,001 × 1.5 = 225,001.5, rounded up to whole pico-USD per token.
    expect(costItems(usage({ inputTokens: 2 }), price, peak)).toEqual([
      { kind: 'input', tokens: 2, picoUsdPerToken: 225_002n, picoUsd: 450_004n },
    ]);
  });

  test('the cost is the sum of the items, rounded up once', () => {
    const tokens = fc.nat(1_000_000);
    const counts = fc.record({
      inputTokens: tokens,
      cachedInputTokens: tokens,
      cacheWrite5mTokens: tokens,
      cacheWrite1hTokens: tokens,
      audioInputTokens: tokens,
      outputTokens: tokens,
    });
    fc.assert(
      fc.property(counts, fc.constantFrom(quiet, peak), (count, at) => {
        const items = costItems(usage(count), price, at);
        for (const { tokens: of, picoUsdPerToken, picoUsd: exact } of items)
          expect(exact).toBe(BigInt(of) * picoUsdPerToken);
        expect(cost(usage(count), price, at)).toBe(
          roundUpToNanoUsd(...items.map(({ picoUsd: exact }) => exact)),
        );
      }),
    );
  });
});
