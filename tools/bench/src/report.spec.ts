import type { Run } from './measure.js';
import { percentiles } from './percentiles.js';
import { targetNames } from './plan.js';
import { report } from './report.js';
import type { Benchmark } from './run-benchmark.js';

function benchmark(foreignCores: number, problems: string[]): Benchmark {
  const runs = targetNames.map((target): Run => ({
    measurement: 'plain, c = 32',
    target,
    round: 0,
    load: { answers: 1_000, failures: {}, seconds: 2, latencyMs: percentiles([4]) },
    processorMs: { gateway: 250 },
    foreignCores,
    problems: [],
  }));
  return {
    startedAt: '2026-01-01T00:00:00.000Z',
    machine: { cores: 2, processor: 'test', memoryGiB: 8, node: 'v20', loadAverage: 1, diskSyncMs: 0.5 },
    rounds: 1,
    accounts: 10,
    gateways: 1,
    runs,
    streamMemory: [],
    profiles: [],
    problems,
  };
}

test('a right run says what was proven', () => {
  const text = report(benchmark(0, []));
  expect(text).toMatch(/plain, c = 32 +\| +tokenroute \| +500 \| +1\.00/);
  expect(text).toContain('the ledger is proven');
  expect(text).not.toMatch(/WRONG|NOT WORTH KEEPING/);
});

test('a wrong run does not pass for a fast one', () => {
  const text = report(benchmark(0, ['ledger: entries-sum-to-zero']));
  expect(text).toContain('THIS RUN IS WRONG');
  expect(text).toContain('✘ ledger: entries-sum-to-zero');
  expect(text).not.toContain('is proven');
});

test('a machine busy with something else is told', () => {
  expect(report(benchmark(0.9, []))).toContain(
    'other programs kept up to 0.90 cores busy during 4 of 4 rows',
  );
});
