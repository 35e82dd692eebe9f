import { parseUsdInput } from './parse-usd-input.js';

test.each([
  ['25', '25000000000'],
  [' $1,000.50 ', '1000500000000'],
  ['0.000000001', '1'],
])('%s is an amount', (text, nanoUsd) => {
  expect(parseUsdInput(text)).toBe(nanoUsd);
});

test.each(['', 'ten', '-5', '1e3', '0.0000000001', '1.2.3'])('%s is none', (text) => {
  expect(parseUsdInput(text)).toBeNull();
});
