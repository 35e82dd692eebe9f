import { picoUsd } from '@tokenroute/money';
import fc from 'fast-check';
import { ceiling } from './ceiling.js';
import { cost } from './cost.js';
import type { Price } from './price.js';

const gpt4oMini: Price = {
  id: 1n,
  modelId: 'gpt-4o-mini',
  effectiveFrom: new Date(0),
  source: 'test',
  input: picoUsd(150_000n),
  cachedInput: picoUsd(75_000n),
  cacheWrite5m: picoUsd(150_000n),
  cacheWrite1h: picoUsd(150_000n),
  audioInput: picoUsd(150_000n),
  output: picoUsd(600_000n),
};

const noUsage = {
  inputTokens: 0,
  cachedInputTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  audioInputTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
  estimated: false,
};

describe('cost', () => {
  test('a golden invoice: 1,000 input of which 400 cached, 50 output of which 20 reasoning, on gpt-4o-mini', () => {
    // 600 × 0.15 + 400 × 0.075 + 50 × 0.60 USD per million = 90 + 30 + 30 micro-USD
    const usage = {
      ...noUsage,
      inputTokens: 1_000,
      cachedInputTokens: 400,
      outputTokens: 50,
      reasoningTokens: 20,
    };
    expect(cost(usage, gpt4oMini)).toBe(150_000n);
  });

  test('one token is rounded up, never down', () => {
    expect(cost({ ...noUsage, inputTokens: 1 }, { ...gpt4oMini, input: picoUsd(1n) })).toBe(1n);
  });

  test('nothing used costs nothing', () => {
    expect(cost(noUsage, gpt4oMini)).toBe(0n);
  });

  test('a usage within its quantities never costs more than their ceiling', () => {
    const rate = fc.bigInt(0n, 10_000_000n).map(picoUsd);
    const price = fc.record({
      id: fc.constant(1n),
      modelId: fc.constant('m'),
      effectiveFrom: fc.constant(new Date(0)),
      source: fc.constant('test'),
      input: rate,
      cachedInput: rate,
      cacheWrite5m: rate,
      cacheWrite1h: rate,
      audioInput: rate,
      output: rate,
    });
    const tokens = fc.nat(50_000);
    fc.assert(
      fc.property(
        price,
        tokens,
        tokens,
        tokens,
        tokens,
        tokens,
        tokens,
        (p, plain, cached, w5, w1, audio, out) => {
          const inputTokens = plain + cached + w5 + w1 + audio;
          const usage = {
            ...noUsage,
            inputTokens,
            cachedInputTokens: cached,
            cacheWrite5mTokens: w5,
            cacheWrite1hTokens: w1,
            audioInputTokens: audio,
            outputTokens: out,
          };
          const most = ceiling({ inputTokensBound: inputTokens, outputTokensLimit: out }, p);
          expect(cost(usage, p) <= most).toBe(true);
        },
      ),
    );
  });
});
