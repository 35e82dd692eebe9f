import { fittedRise, judgeSoak } from './judge-soak.js';
import type { Sample } from './sampler.js';

const mebibyte = 2 ** 20;
const tail = (p99: number) => ({ count: 100, mean: 1, p50: 5, p90: 5, p99, p999: p99, max: p99 });

interface Course {
  heapMebibytes?: (minute: number) => number;
  descriptors?: (minute: number) => number;
  p99Ms?: (minute: number) => number;
}

function run({ heapMebibytes = () => 50, descriptors = () => 40, p99Ms = () => 20 }: Course): Sample[] {
  return Array.from({ length: 60 }, (_, minute) => ({
    atMs: minute * 60_000,
    plainMs: tail(p99Ms(minute)),
    firstEventMs: tail(10),
    insideMs: {},
    services: {
      gateway: {
        heapBytes: heapMebibytes(minute) * mebibyte,
        rssBytes: 150 * mebibyte,
        descriptors: descriptors(minute),
        loopDelayP99Ms: 1,
      },
    },
  }));
}

const broken = (course: Course) =>
  judgeSoak(run(course))
    .filter(({ ok }) => !ok)
    .map(({ what }) => what);

describe('the verdict on a soak', () => {
  test('a run that stays as it was is flat', () => {
    expect(broken({})).toEqual([]);
  });

  test('a heap that rises for ever is not, and one that only warms up is', () => {
    expect(broken({ heapMebibytes: (minute) => 50 + minute * 0.2 })).toEqual([
      'gateway: heap after a collection',
    ]);
    expect(broken({ heapMebibytes: (minute) => 50 + 10 * Math.min(1, minute / 20) })).toEqual([]);
  });

  test('a heap that goes up and down is', () => {
    expect(broken({ heapMebibytes: (minute) => 50 + 6 * (minute % 2) })).toEqual([]);
  });

  test('a descriptor that is left open every few minutes shows', () => {
    expect(broken({ descriptors: (minute) => 40 + Math.floor(minute / 3) })).toEqual([
      'gateway: descriptors',
    ]);
  });

  test('answers that get slower show', () => {
    expect(broken({ p99Ms: (minute) => 20 + minute / 4 })).toEqual(['plain answers, p99']);
    expect(broken({ p99Ms: (minute) => 20 + minute / 10 })).toEqual([]);
  });

  test('the rise is that of the line through all values', () => {
    expect(fittedRise([1, 2, 3, 4])).toBeCloseTo(3);
    expect(fittedRise([4, 4, 4])).toBeCloseTo(0);
    expect(fittedRise([7])).toBe(0);
  });
});
