import type { Run } from './measure.js';
import { percentiles } from './percentiles.js';
import type { TargetName } from './plan.js';
import { summarize } from './summary.js';

function run(target: TargetName, round: number, answers: number, latencyMs: number): Run {
  return {
    measurement: 'plain, c = 32',
    target,
    round,
    load: { answers, failures: {}, seconds: 1, latencyMs: percentiles([latencyMs]) },
    processorMs: { gateway: answers * 0.5 },
    foreignCores: 0,
    problems: [],
  };
}

test('ratios and added latencies are of the same round, then the median', () => {
  // In the second round the machine was half as fast: a ratio of medians would not be 0.5.
  const runs = [
    ...[run('upstream', 0, 4_000, 1), run('proxy', 0, 1_000, 2), run('tokenroute', 0, 500, 4)],
    ...[run('upstream', 1, 2_000, 2), run('proxy', 1, 400, 5), run('tokenroute', 1, 200, 9)],
    ...[run('upstream', 2, 4_000, 1), run('proxy', 2, 1_000, 2), run('tokenroute', 2, 500, 5)],
  ];
  const row = summarize(runs).find(({ target }) => target === 'tokenroute')!;
  expect(row).toMatchObject({ perSecond: 500, perSecondOfProxy: 0.5, processorMs: { gateway: 0.5 } });
  expect(row.addedMs.p50).toBe(4);
});
