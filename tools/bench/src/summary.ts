import type { Run } from './measure.js';
import { median } from './percentiles.js';
import type { TargetName } from './plan.js';

/** One measurement on one target over all rounds: medians. */
export interface SummaryRow {
  measurement: string;
  target: TargetName;
  /** Answers, or SSE events where there are any. */
  perSecond: number;
  perSecondOfProxy: number;
  latencyMs: Tail;
  /** Over the upstream itself, in the same round. */
  addedMs: Tail;
  firstEventMs?: Tail;
  addedFirstEventMs?: Tail;
  betweenEventsMs?: Tail;
  /** For each answer, by process. */
  processorMs: Record<string, number>;
  writingTransactions?: number;
  walBytes?: number;
  statements?: number;
  foreignCores: number;
}

export interface Tail {
  p50: number;
  p99: number;
  p999: number;
}

const percentileNames = ['p50', 'p99', 'p999'] as const;

/** Ratios and differences are taken within a round, where the machine was the same, and only then the median. */
export function summarize(runs: readonly Run[]): SummaryRow[] {
  const groups = new Map<string, Run[]>();
  for (const run of runs) {
    const key = JSON.stringify([run.measurement, run.target]);
    groups.set(key, [...(groups.get(key) ?? []), run]);
  }
  const beside = (run: Run, target: TargetName): Run =>
    runs.find(
      (other) =>
        other.measurement === run.measurement && other.round === run.round && other.target === target,
    )!;
  return [...groups.values()].map((group) => summarizeGroup(group, beside));
}

function summarizeGroup(group: Run[], beside: (run: Run, target: TargetName) => Run): SummaryRow {
  const over = (value: (run: Run) => number) => median(group.map(value));
  const { measurement, target } = group[0]!;
  const tail = (value: (run: Run) => Tail): Tail => ({
    p50: over((run) => value(run).p50),
    p99: over((run) => value(run).p99),
    p999: over((run) => value(run).p999),
  });
  const added = (value: (run: Run) => Tail): Tail =>
    tail((run) => subtract(value(run), value(beside(run, 'upstream'))));
  const streams = group[0]!.load.firstEventMs !== undefined;
  const writes = group[0]!.database !== undefined;
  return {
    measurement,
    target,
    perSecond: over(perSecond),
    perSecondOfProxy: over((run) => perSecond(run) / perSecond(beside(run, 'proxy'))),
    latencyMs: tail((run) => run.load.latencyMs),
    addedMs: added((run) => run.load.latencyMs),
    ...(streams && {
      firstEventMs: tail((run) => run.load.firstEventMs!),
      addedFirstEventMs: added((run) => run.load.firstEventMs!),
      betweenEventsMs: tail((run) => run.load.betweenEventsMs!),
    }),
    processorMs: Object.fromEntries(
      Object.keys(group[0]!.processorMs).map((name) => [
        name,
        over((run) => perAnswer(run, run.processorMs[name]!)),
      ]),
    ),
    ...(writes && {
      writingTransactions: over((run) => perAnswer(run, run.database!.writingTransactions)),
      walBytes: over((run) => perAnswer(run, run.database!.walBytes)),
      ...(group[0]!.database!.statements && {
        statements: over((run) => perAnswer(run, statementCalls(run))),
      }),
    }),
    foreignCores: over((run) => run.foreignCores),
  };
}

function perSecond({ load }: Run): number {
  return (load.events ?? load.answers) / load.seconds;
}

function perAnswer({ load }: Run, amount: number): number {
  return amount / Math.max(1, load.answers);
}

function statementCalls(run: Run): number {
  return Object.values(run.database!.statements ?? {}).reduce((sum, { calls }) => sum + calls, 0);
}

function subtract(tail: Tail, other: Tail): Tail {
  return Object.fromEntries(
    percentileNames.map((name) => [name, tail[name] - other[name]]),
  ) as unknown as Tail;
}
