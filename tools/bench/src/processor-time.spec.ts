import { difference, readProcessorTime } from './processor-time.js';

test('a process that works has used processor time', () => {
  const watched = [{ name: 'self', pid: process.pid }];
  const before = readProcessorTime(watched);
  const { user } = process.cpuUsage();
  while (process.cpuUsage().user - user < 50_000);
  expect(difference(readProcessorTime(watched), before).self).toBeGreaterThanOrEqual(30);
});

test('a process that is gone is left out', () => {
  expect(readProcessorTime([{ name: 'gone', pid: 2 ** 22 + 1 }])).toEqual({});
});
