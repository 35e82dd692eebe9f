import { type DatabaseCount, databaseDifference } from './database-counters.js';
import { answersServed, expectedCharges } from './expected-charges.js';
import type { LoadOrder, LoadResult, Served, StreamScript, UpstreamOrder } from './orders.js';
import type { Measurement, TargetName } from './plan.js';
import { difference, type ProcessorTime, readMachineBusyMs, readProcessorTime } from './processor-time.js';
import { eventsOfStream } from './upstream-answers.js';
import type { Rig } from './rig.js';

/** One measurement on one target. */
export interface Run {
  measurement: string;
  target: TargetName;
  round: number;
  load: LoadResult;
  processorMs: ProcessorTime;
  /** Cores that processes not of this benchmark, or other guests of the machine, kept busy meanwhile. */
  foreignCores: number;
  /** Only of targets that write. */
  database?: DatabaseCount;
  chargedNanoUsd?: string;
  /** Why the run is wrong, however fast; empty when it is right. */
  problems: string[];
}

/** What else happens around a load, and only around it. */
export interface Around {
  before(): Promise<unknown>;
  after(): Promise<unknown>;
}

/** Puts a load on a target and compares what was answered, served and charged. */
export async function measure(
  rig: Rig,
  measurement: Measurement,
  target: TargetName,
  round: number,
  around?: Around,
): Promise<Run> {
  const customers = rig.customers[target];
  await customers?.takeSpent();
  const script = scriptOf(measurement);
  if (script) await rig.upstream.ask({ kind: 'script', script } satisfies UpstreamOrder);
  await takeServed(rig);
  await around?.before();
  const before = await observe(rig);
  const order = orderFor(rig, measurement, target);
  const [load] = [await rig.generator.ask<LoadResult | [LoadResult]>(order)].flat() as [LoadResult];
  const after = await observe(rig);
  await around?.after();
  const served = await takeServed(rig);
  const charged = await customers?.takeSpent();
  const processorMs = difference(after.processorMs, before.processorMs);
  const foreignMs =
    after.machineMs - before.machineMs - Object.values(processorMs).reduce((sum, ms) => sum + ms, 0);
  return {
    measurement: measurement.name,
    target,
    round,
    load,
    processorMs,
    foreignCores: Math.max(0, foreignMs) / (after.atMs - before.atMs),
    ...(customers && { database: databaseDifference(after.database, before.database) }),
    ...(charged !== undefined && { chargedNanoUsd: charged.toString() }),
    problems: problemsOf(load, served, charged, expectedCharges(served, rig.rates)),
  };
}

/** What is wrong with a run: a client without its answer, or a customer who did not pay exactly what was served. */
export function problemsOf(
  load: Pick<LoadResult, 'answers' | 'failures'>,
  served: Served,
  charged: bigint | undefined,
  expected: bigint,
): string[] {
  const problems = Object.entries(load.failures).map(([failure, count]) => `${count} answers: ${failure}`);
  if (load.answers === 0) problems.push('nothing was answered');
  if (load.answers !== answersServed(served))
    problems.push(`${load.answers} complete answers, but the upstream served ${answersServed(served)}`);
  if (charged !== undefined && charged !== expected)
    problems.push(`charged ${charged} nano-USD, but what was served costs ${expected}`);
  return problems;
}

async function takeServed(rig: Rig): Promise<Served> {
  return rig.upstream.ask<Served>({ kind: 'take-served' } satisfies UpstreamOrder);
}

async function observe(rig: Rig) {
  const database = await rig.database.read();
  const { user, system } = process.cpuUsage();
  const processorMs = {
    ...readProcessorTime(rig.processes()),
    benchmark: (user + system) / 1_000,
  };
  return { database, processorMs, machineMs: readMachineBusyMs(), atMs: performance.now() };
}

function orderFor(rig: Rig, measurement: Measurement, target: TargetName): LoadOrder {
  const { durationMs } = measurement;
  const script = scriptOf(measurement);
  const destination = rig.destination(target, script !== undefined);
  switch (measurement.kind) {
    case 'closed-loop':
      return { ...destination, kind: 'closed-loop', durationMs, connections: measurement.connections };
    case 'open-loop':
      return {
        ...destination,
        kind: 'open-loop',
        phases: [{ durationMs, ratePerSecond: measurement.ratePerSecond }],
        events: script && eventsOfStream(script.chunks),
      };
    case 'stream-loop':
      return {
        ...destination,
        kind: 'stream-loop',
        durationMs,
        connections: measurement.connections,
        events: eventsOfStream(measurement.script.chunks),
      };
    default:
      return measurement satisfies never;
  }
}

/** Of a measurement of streams. */
function scriptOf(measurement: Measurement): StreamScript | undefined {
  return measurement.kind === 'closed-loop' ? undefined : measurement.script;
}
