import { judgeAlone, judgeMemory, suspectsOf } from './judge-gateway.js';

const slow = [
  { index: 1, what: 'before', beganAtUnixMs: 0, endedAtUnixMs: 400 },
  { index: 2, what: 'during', beganAtUnixMs: 600, endedAtUnixMs: 800 },
  { index: 3, what: 'after', beganAtUnixMs: 1_001, endedAtUnixMs: 1_400 },
];

test('those under way when the gateway stood still are suspects', () => {
  expect(suspectsOf([{ endedAtUnixMs: 1_000, busyMs: 500 }], slow, 200)).toEqual([slow[1]]);
  expect(suspectsOf([{ endedAtUnixMs: 1_000, busyMs: 200 }], slow, 200)).toEqual([]);
});

test('who does it alone is to blame', () => {
  expect(judgeAlone(slow[1]!, [{ endedAtUnixMs: 0, busyMs: 200 }], 200)).toEqual([]);
  expect(judgeAlone(slow[1]!, [], 200)).toEqual([]);
  expect(judgeAlone(slow[1]!, [{ endedAtUnixMs: 0, busyMs: 480 }], 200)).toEqual([
    'case 2 (during) alone kept the gateway busy for 480 ms',
  ]);
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
