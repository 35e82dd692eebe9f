import fc from 'fast-check';
import { percentilesOf } from './percentiles.js';

/** As the database's latency_class: of it, usage-rollup.spec.ts. */
const classOf = (ms: number) => Math.ceil((4 * Math.log(Math.max(ms, 1))) / Math.log(2));

function counted(times: readonly number[]) {
  const counts = new Map<number, bigint>();
  for (const ms of times) counts.set(classOf(ms), (counts.get(classOf(ms)) ?? 0n) + 1n);
  return [...counts].map(([latencyClass, requests]) => ({ latencyClass, requests }));
}

function exactly(times: readonly number[], percent: number): number {
  const ascending = [...times].sort((left, right) => left - right);
  return ascending[Math.ceil((ascending.length * percent) / 100) - 1]!;
}

test('no percentile is further than 8.7 % from the true one, whatever the times and however they were added up', () => {
  const time = fc.oneof(fc.integer({ min: 1, max: 100 }), fc.integer({ min: 1, max: 3_600_000 }));
  fc.assert(
    fc.property(fc.array(time, { minLength: 1, maxLength: 300 }), fc.array(time), (some, others) => {
      const times = [...some, ...others];
      // As rows of two hours, not merged before.
      const told = percentilesOf([...counted(some), ...counted(others)])!;
      expect(told.requests).toBe(BigInt(times.length));
      for (const [percent, ms] of [
        [50, told.p50Ms],
        [95, told.p95Ms],
        [99, told.p99Ms],
      ] as const) {
        const exact = exactly(times, percent);
        expect(Math.abs(ms - exact)).toBeLessThanOrEqual(0.087 * exact + 0.5);
      }
    }),
  );
});

test('of nothing there is none', () => {
  expect(percentilesOf([])).toBeUndefined();
});
