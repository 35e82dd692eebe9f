import fc from 'fast-check';
import {
  divideRoundUp,
  formatPicoUsd,
  formatUsdPerMillion,
  parseUsdPerMillion,
  picoUsd,
  roundUpToNanoUsd,
  tokensAtPrice,
} from './pico-usd.js';

describe('PicoUsd', () => {
  test('a price per million tokens with six decimals is exact', () => {
    // 0.075 USD per million tokens
    expect(tokensAtPrice(1_000_000, picoUsd(75_000n))).toBe(75_000_000_000n);
  });

  test('is told per million tokens, exactly', () => {
    expect(formatUsdPerMillion(150_000n)).toBe('0.15');
    expect(formatUsdPerMillion(1n)).toBe('0.000001');
  });

  test.each([
    ['2.50', 2_500_000n],
    ['0.000001', 1n],
    ['0', 0n],
    ['999999999.999999', 999_999_999_999_999n],
  ])('reads %s USD per million tokens exactly', (text, expected) => {
    expect(parseUsdPerMillion(text)).toBe(expected);
  });

  test.each(['0.0000001', '', '.5', '1.', '1e3', '-1', '+1', ' 1', '1,5', '1234567890'])(
    'refuses %j per million tokens, and repeats it in the message',
    (text) => {
      expect(() => parseUsdPerMillion(text)).toThrow(JSON.stringify(text));
    },
  );

  test('a price that is written reads back as the same price', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 15n - 1n), (price) => {
        expect(parseUsdPerMillion(formatUsdPerMillion(price))).toBe(price);
      }),
    );
  });

  test.each([
    [0n, '0.00'],
    [1n, '0.000000000001'],
    [90_000_000n, '0.00009'],
    [1_500_000_000_000n, '1.50'],
    [-12_000_000_000_001n, '-12.000000000001'],
  ])('%s is the exact decimal %s', (amount, text) => {
    expect(formatPicoUsd(amount)).toBe(text);
  });

  test('a total that is written stands for itself, to the pico-USD', () => {
    fc.assert(
      fc.property(fc.bigInt(0n, 10n ** 20n), (amount) => {
        const [whole, fraction] = formatPicoUsd(amount).split('.') as [string, string];
        expect(BigInt(whole + fraction.padEnd(12, '0'))).toBe(amount);
      }),
    );
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
