import type { Usage } from '@tokenroute/contracts';
import { picoUsd } from '@tokenroute/money';
import fc from 'fast-check';
import { ceiling } from './ceiling.js';
import { cost } from './cost.js';
import { parsePeakHours } from './peak-hours.js';
import type { Price, Rates } from './price.js';

function rates(
  input: number,
  cached: number,
  write5m: number,
  write1h: number,
  audio: number,
  output: number,
): Rates {
  const [i, c, w5, w1, a, o] = [input, cached, write5m, write1h, audio, output].map((rate) =>
    picoUsd(BigInt(rate)),
  );
  return { input: i!, cachedInput: c!, cacheWrite5m: w5!, cacheWrite1h: w1!, audioInput: a!, output: o! };
}

function price(members: Partial<Price>): Price {
  const none = {
    id: 1n,
    modelId: 'm',
    effectiveFrom: new Date(0),
    source: 'test',
    longContext: null,
    peak: null,
  };
  return { ...none, rates: rates(0, 0, 0, 0, 0, 0), ...members };
}

const gpt4oMini = price({ rates: rates(150_000, 75_000, 150_000, 150_000, 150_000, 600_000) });
const haiku = price({ rates: rates(1_000_000, 100_000, 1_250_000, 2_000_000, 1_000_000, 5_000_000) });
const geminiPro = price({
  rates: rates(1_250_000, 125_000, 1_250_000, 1_250_000, 1_250_000, 10_000_000),
  longContext: {
    aboveTokens: 200_000,
    rates: rates(2_500_000, 250_000, 2_500_000, 2_500_000, 2_500_000, 15_000_000),
  },
});
const deepseek = price({
  rates: rates(150_000, 3_000, 150_000, 150_000, 150_000, 600_000),
  peak: { hours: parsePeakHours('Mon-Fri 01:00-04:00,06:00-10:00'), percent: 200n },
});

const quiet = new Date('2026-11-23T00:59:59.999Z');
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

/** Invoices worked out by hand, in micro-USD per line. */
describe('cost', () => {
  test('gpt-4o-mini: 600 input, 400 cached, 50 output of which 20 reasoning', () => {
    // 600 × 0.15 + 400 × 0.075 + 50 × 0.60 = 90 + 30 + 30
    const used = usage({ inputTokens: 1_000, cachedInputTokens: 400, outputTokens: 50, reasoningTokens: 20 });
    expect(cost(used, gpt4oMini, quiet)).toBe(150_000n);
  });

  test('claude-haiku-4-5: 100 input, 1,000 read from cache, 200 and 300 written to it, 10 output', () => {
    // 100 × 1 + 1,000 × 0.10 + 200 × 1.25 + 300 × 2 + 10 × 5 = 100 + 100 + 250 + 600 + 50
    const used = usage({
      inputTokens: 1_600,
      cachedInputTokens: 1_000,
      cacheWrite5mTokens: 200,
      cacheWrite1hTokens: 300,
      outputTokens: 10,
    });
    expect(cost(used, haiku, quiet)).toBe(1_100_000n);
  });

  test('gemini-2.5-pro: up to 200,000 input tokens at the ordinary rates, one more prices the whole request higher', () => {
    // 200,000 × 1.25 + 100 × 10 = 251,000; 200,001 × 2.50 + 100 × 15 = 501,502.5
    expect(cost(usage({ inputTokens: 200_000, outputTokens: 100 }), geminiPro, quiet)).toBe(251_000_000n);
    expect(cost(usage({ inputTokens: 200_001, outputTokens: 100 }), geminiPro, quiet)).toBe(501_502_500n);
  });

  test('deepseek-chat: twice the price from the first moment of a peak hour', () => {
    // 1,000 × 0.15 + 1,000 × 0.003 + 100 × 0.60 = 150 + 3 + 60
    const used = usage({ inputTokens: 2_000, cachedInputTokens: 1_000, outputTokens: 100 });
    expect(cost(used, deepseek, quiet)).toBe(213_000n);
    expect(cost(used, deepseek, peak)).toBe(426_000n);
  });

  test('gemini-2.0-flash: audio at its own rate', () => {
    const flash = price({ rates: rates(100_000, 25_000, 100_000, 100_000, 700_000, 400_000) });
    // 60 × 0.10 + 40 × 0.70 = 6 + 28
    expect(cost(usage({ inputTokens: 100, audioInputTokens: 40 }), flash, quiet)).toBe(34_000n);
  });

  test('one token is rounded up, never down; nothing used costs nothing', () => {
    const tiny = price({ rates: rates(1, 1, 1, 1, 1, 1) });
    expect(cost(usage({ inputTokens: 1 }), tiny, quiet)).toBe(1n);
    expect(cost(usage({}), tiny, quiet)).toBe(0n);
  });

  test('a usage within its quantities never costs more than their ceiling, in any tier at any hour', () => {
    const rate = fc.nat(10_000_000);
    const anyRates = fc.tuple(rate, rate, rate, rate, rate, rate).map((all) => rates(...all));
    const anyPrice = fc
      .record({ base: anyRates, long: anyRates, above: fc.nat(100_000), percent: fc.bigInt(100n, 300n) })
      .map(({ base, long, above, percent }) =>
        price({
          rates: base,
          longContext: { aboveTokens: above, rates: long },
          peak: { hours: parsePeakHours('Mon-Fri 01:00-04:00'), percent },
        }),
      );
    const tokens = fc.nat(50_000);
    const counts = fc.tuple(tokens, tokens, tokens, tokens, tokens, tokens);
    fc.assert(
      fc.property(anyPrice, counts, fc.nat(1_000), fc.constantFrom(quiet, peak), (book, count, slack, at) => {
        const [
          plain,
          cachedInputTokens,
          cacheWrite5mTokens,
          cacheWrite1hTokens,
          audioInputTokens,
          outputTokens,
        ] = count;
        const inputTokens =
          plain + cachedInputTokens + cacheWrite5mTokens + cacheWrite1hTokens + audioInputTokens;
        const used = usage({
          inputTokens,
          cachedInputTokens,
          cacheWrite5mTokens,
          cacheWrite1hTokens,
          audioInputTokens,
          outputTokens,
        });
        const most = ceiling(
          { inputTokensBound: inputTokens + slack, outputTokensLimit: outputTokens + slack },
          book,
        );
        expect(cost(used, book, at) <= most).toBe(true);
      }),
    );
  });
});
