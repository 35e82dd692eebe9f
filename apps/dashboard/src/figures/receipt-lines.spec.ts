import { roundingOf, toReceiptLines } from './receipt-lines.js';

const items = [
  { kind: 'input', tokens: 1_204, picoUsdPerToken: '150000', picoUsd: '180600000' },
  { kind: 'cached_input', tokens: 1, picoUsdPerToken: '1', picoUsd: '1' },
];

test('a line of a receipt can be checked with pencil and paper', () => {
  expect(toReceiptLines({ items })).toEqual([
    { kind: 'input', arithmetic: '1,204 tokens × $0.15 per million', amount: '$0.0001806' },
    { kind: 'cached input', arithmetic: '1 tokens × $0.000001 per million', amount: '$0.000000000001' },
  ]);
});

test('what the one rounding added is told, and only then', () => {
  expect(roundingOf({ items, costNanoUsd: '180601' })).toBe('$0.000000000999');
  expect(roundingOf({ items: items.slice(0, 1), costNanoUsd: '180600' })).toBeNull();
});
