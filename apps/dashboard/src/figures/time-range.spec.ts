import { bucketsOf, monthOf, timeRange } from './time-range.js';

const now = Date.parse('2026-11-28T17:38:41Z');

test('a day ends with the hour that is going on', () => {
  expect(timeRange({}, now)).toEqual({
    from: '2026-11-27T18:00:00.000Z',
    to: '2026-11-28T18:00:00.000Z',
    previousFrom: '2026-11-26T18:00:00.000Z',
    bucket: 'hour',
  });
});

test('a week is seven days, today included', () => {
  const range = timeRange({ range: '7d' }, now);
  expect(range).toMatchObject({
    from: '2026-11-22T00:00:00.000Z',
    to: '2026-11-29T00:00:00.000Z',
    bucket: 'day',
  });
  expect(bucketsOf(range)).toHaveLength(7);
});

test('days of one’s own are both included', () => {
  const range = timeRange({ from: '2026-11-01', to: '2026-11-02' }, now);
  expect(range).toMatchObject({
    from: '2026-11-01T00:00:00.000Z',
    to: '2026-11-03T00:00:00.000Z',
    bucket: 'hour',
  });
  expect(bucketsOf(range)).toHaveLength(48);
});

test('a month goes from its first moment to the first of the next, over the end of a year too', () => {
  expect(monthOf(Date.parse('2026-12-31T23:59:59Z'))).toEqual({
    from: '2026-12-01T00:00:00.000Z',
    to: '2027-01-01T00:00:00.000Z',
  });
});

test.each([
  { from: '2026-11-02', to: '2026-11-01' },
  { from: '2020-01-01', to: '2026-11-01' },
  { from: 'yesterday', to: '2026-11-01' },
  { range: 'a century' },
])('%p is no range, and means the last day', (choice) => {
  expect(timeRange(choice, now)).toEqual(timeRange({ range: '24h' }, now));
});
