import { lastMonths, showMonth } from './months.js';

test('months go back over the beginning of a year', () => {
  expect(lastMonths(Date.parse('2026-01-31T23:59:59Z'), 3)).toEqual(['2026-01', '2025-12', '2025-11']);
});

test('a month has its name', () => {
  expect(showMonth('2026-11')).toBe('November 2026');
});
