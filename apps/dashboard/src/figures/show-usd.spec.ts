import { partsOfUsd, showCount, showUsd, showUsdPerMillion } from './show-usd.js';

test.each([
  ['10000000000', '$10.00'],
  ['123000', '$0.000123'],
  ['1', '$0.000000001'],
  ['0', '$0.00'],
  ['-5000000000', '−$5.00'],
  ['1234567890123456789', '$1,234,567,890.123456789'],
])('%s nano-USD are shown to the last digit: %s', (nanoUsd, shown) => {
  expect(showUsd(nanoUsd)).toBe(shown);
});

test('an amount comes apart at its decimal point', () => {
  expect(partsOfUsd('-1230000123000')).toEqual({ sign: '−', whole: '1,230', fraction: '.000123' });
});

test('a price is told for a million tokens, exactly', () => {
  expect(showUsdPerMillion('150000')).toBe('$0.15');
  expect(showUsdPerMillion('75000000')).toBe('$75.00');
  expect(showUsdPerMillion('1')).toBe('$0.000001');
});

test('large counts are grouped', () => {
  expect(showCount(1_048_576)).toBe('1,048,576');
});
