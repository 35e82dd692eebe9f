import { judgeMemory, judgeStalls } from './judge-gateway.js';

const slow = [
  { index: 1, what: 'before', beganAtUnixMs: 0, endedAtUnixMs: 400 },
  { index: 2, what: 'during', beganAtUnixMs: 600, endedAtUnixMs: 800 },
  { index: 3, what: 'after', beganAtUnixMs: 1_001, endedAtUnixMs: 1_400 },
];

test('a stall is told with the cases that were under way', () => {
  expect(judgeStalls([{ endedAtUnixMs: 1_000, busyMs: 500 }], slow)).toEqual([
    'the gateway was busy with one thing for 500 ms, among the cases 2 (during)',
  ]);
});

test('200 ms are allowed', () => {
  expect(judgeStalls([{ endedAtUnixMs: 1_000, busyMs: 200 }], slow)).toEqual([]);
});

test('memory that stays is told, what a cache takes is not', () => {
  const memory = (megabytes: number) => ({
    rssBytes: 0,
    heapBytes: megabytes * 1024 * 1024,
    externalBytes: 0,
  });
  expect(judgeMemory(memory(50), memory(90))).toEqual([]);
  expect(judgeMemory(memory(50), memory(150))).toEqual(['the gateway’s heap grew by 100 MiB']);
});
