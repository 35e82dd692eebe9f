import fc from 'fast-check';
import { formatUsd, nanoUsd, parseUsd } from './nano-usd.js';

describe('NanoUsd', () => {
  test.each([
    ['10', 10_000_000_000n],
    ['0.000000001', 1n],
    ['-1.5', -1_500_000_000n],
    ['999999999.999999999', 999_999_999_999_999_999n],
  ])('reads %s exactly', (text, expected) => {
    expect(parseUsd(text)).toBe(expected);
  });

  test.each(['', '1e3', '1.', '.5', '0.0000000001', '1,5', ' 1', '+1', '1234567890', 'NaN', '١'])(
    'refuses %j and repeats it in the message',
    (text) => {
      expect(() => parseUsd(text)).toThrow(JSON.stringify(text));
    },
  );

  test.each([
    [10_000_000_000n, '10.00'],
    [1n, '0.000000001'],
    [0n, '0.00'],
    [-1_230_000n, '-0.00123'],
    [1_500_000_000n, '1.50'],
  ])('writes %s as %s', (amount, expected) => {
    expect(formatUsd(amount)).toBe(expected);
  });

  test('what is written reads back as the same amount', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 18n) + 1n, max: 10n ** 18n - 1n }), (amount) => {
        expect(parseUsd(formatUsd(nanoUsd(amount)))).toBe(amount);
      }),
    );
  });
});
