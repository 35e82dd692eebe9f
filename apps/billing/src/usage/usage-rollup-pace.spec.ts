import { setTimeout as delay } from 'node:timers/promises';
import { createLogger, type PostgresPool } from '@tokenroute/service-kit';
import { largeStep, smallStep, smallStepsInARow, UsageRollup } from './usage-rollup.js';

/** How steps follow one another; what a step does is for PostgreSQL, and in usage-rollup.spec.ts. */
describe('the pace at which usage is added up', () => {
  let limits: number[];
  let begunAtMs: number[];
  let more: boolean;
  let stepMs: number;
  let rollup: UsageRollup;

  beforeEach(() => {
    limits = [];
    begunAtMs = [];
    more = true;
    stepMs = 0;
    const pool = {
      query: async ({ values }: { values: [number, string, number] }) => {
        limits.push(values[2]);
        begunAtMs.push(performance.now());
        if (stepMs > 0) await delay(stepMs);
        return { rows: [{ more }] };
      },
    };
    rollup = new UsageRollup(
      pool as unknown as PostgresPool,
      { USAGE_ROLLUP_INTERVAL_MS: 60_000 },
      createLogger('test', 'silent'),
    );
  });

  test('what is far behind catches up in large steps, and goes on in small ones', async () => {
    for (let step = 0; step <= smallStepsInARow; step += 1) await rollup.step();
    expect(new Set(limits.slice(0, -1))).toEqual(new Set([smallStep]));
    expect(limits.at(-1)).toBe(largeStep);
    more = false;
    await rollup.step();
    await rollup.step();
    expect(limits.slice(-2)).toEqual([largeStep, smallStep]);
  });

  test('after a small step rests for longer than it took', async () => {
    stepMs = 20;
    rollup.onApplicationBootstrap();
    while (limits.length < 3) await delay(5);
    await rollup.beforeApplicationShutdown();
    for (const [index, begun] of begunAtMs.slice(1).entries())
      expect(begun - begunAtMs[index]!).toBeGreaterThan(3 * stepMs);
  });
});
