import fc from 'fast-check';
import { divideRoundUp, formatUsdPerMillion, picoUsd, roundUpToNanoUsd, tokensAtPrice } from './pico-usd.js';

describe('PicoUsd', () => {
  test('a price per million tokens with six decimals is exact', () => {
    // 0.075 USD per million tokens
    expect(tokensAtPrice(1_000_000, picoUsd(75_000n))).toBe(75_000_000_000n);
  });

  test('is told per million tokens, exactly', () => {
    expect(formatUsdPerMillion(150_000n)).toBe('0.15');
    expect(formatUsdPerMillion(1n)).toBe('0.000001');
  });

  test('parts are summed before the one rounding', () => {
    expect(roundUpToNanoUsd(picoUsd(400n), picoUsd(600n))).toBe(1n);
    expect(roundUpToNanoUsd(picoUsd(400n), picoUsd(601n))).toBe(2n);
    expect(roundUpToNanoUsd()).toBe(0n);
  });

  test('a rounded amount is never below the exact one and less than one unit above it', () => {
    fc.assert(
      fc.property(fc.bigInt(-(10n ** 20n), 10n ** 20n), fc.bigInt(1n, 10n ** 6n), (dividend, divisor) => {
        const gap = divideRoundUp(dividend, divisor) * divisor - dividend;
        expect(gap >= 0n && gap < divisor).toBe(true);
      }),
    );
  });
});
