import { showAgo, showDuration, showTime } from './show-time.js';

const now = Date.parse('2026-11-28T12:00:00Z');

test.each([
  ['2026-11-28T11:59:58Z', 'just now'],
  ['2026-11-28T11:59:30Z', '30 s ago'],
  ['2026-11-28T11:15:00Z', '45 min ago'],
  ['2026-11-28T02:00:00Z', '10 h ago'],
  ['2026-11-25T12:00:00Z', '3 d ago'],
  ['2026-11-01T12:00:00Z', '1 Nov 2026'],
])('%s was %s', (time, shown) => {
  expect(showAgo(time, now)).toBe(shown);
});

test('a time is told in UTC, as on statements', () => {
  expect(showTime('2026-11-28T23:59:58.123Z')).toBe('28 Nov 2026, 23:59:58 UTC');
});

test.each([
  [340, '340 ms'],
  [2_140, '2.1 s'],
  [65_000, '1 min 5 s'],
])('%d ms last %s', (durationMs, shown) => {
  expect(showDuration(durationMs)).toBe(shown);
});
