import { readCalendarMonth } from './calendar-month.js';

test.each([
  ['2026-11', '2026-11-01T00:00:00.000Z', '2026-12-01T00:00:00.000Z'],
  ['2026-12', '2026-12-01T00:00:00.000Z', '2027-01-01T00:00:00.000Z'],
  ['2028-02', '2028-02-01T00:00:00.000Z', '2028-03-01T00:00:00.000Z'],
])('%s begins %s and ends before %s', (text, beginsAt, endsAt) => {
  expect(readCalendarMonth(text)).toEqual({ beginsAt: new Date(beginsAt), endsAt: new Date(endsAt) });
});

test.each([
  '',
  '2026',
  '2026-1',
  '2026-00',
  '2026-13',
  '2026-11-01',
  ' 2026-11',
  '2026-11\n',
  '0026-11',
  '٢٠٢٦-١١',
])('%j is no month', (text) => {
  expect(readCalendarMonth(text)).toBeNull();
});
