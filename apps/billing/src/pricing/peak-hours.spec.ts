import { isPeak, parsePeakHours } from './peak-hours.js';

const hours = parsePeakHours('Mon-Fri 01:00-04:00,06:00-10:00');

describe('peak hours', () => {
  // 2026-11-23 is a Monday.
  test.each([
    ['2026-11-23T00:59:59Z', false],
    ['2026-11-23T01:00:00Z', true],
    ['2026-11-23T03:59:59Z', true],
    ['2026-11-23T04:00:00Z', false],
    ['2026-11-27T09:59:59Z', true],
    ['2026-11-27T10:00:00Z', false],
    ['2026-11-28T02:00:00Z', false],
    ['2026-11-22T02:00:00Z', false],
  ])('%s is peak: %s', (at, expected) => {
    expect(isPeak(hours, new Date(at))).toBe(expected);
  });

  test('a span of weekdays may pass the end of the week', () => {
    expect([...parsePeakHours('Sat-Mon 00:00-24:00').weekdays]).toEqual([6, 0, 1]);
  });

  test.each([
    '',
    'Mon-Fri',
    'Mon-Fri 4-5',
    'Mo-Fr 01:00-02:00',
    'Mon-Fri 04:00-01:00',
    'Mon-Fri 01:00-25:00',
    'Mon-Fri 01:00-02:61',
  ])('refuses %j and repeats it', (text) => {
    expect(() => parsePeakHours(text)).toThrow(JSON.stringify(text));
  });
});
