import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, chmodSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endLeftoversBelow } from '@tokenroute/local-servers';
import { describeMachine, type Machine } from './machine.js';
import { measure, type Run } from './measure.js';
import { inTurn, type Measurement } from './plan.js';
import { profileServices, type ServiceProfile } from './profile-services.js';
import { type Rig, startRig } from './rig.js';
import { measureStreamMemory, type StreamMemory } from './stream-memory.js';

export interface BenchmarkOptions {
  measurements: Measurement[];
  rounds: number;
  warmUpMs: number;
  /** Each with a key of its own; the load goes to them in turn. */
  accounts: number;
  /** Processes that the load is spread over. */
  gateways: number;
  /** Open streams of which the memory is taken; 0 leaves it out. */
  openStreams: number;
  /** For how long they are kept open. */
  keepStreamsMs: number;
  profile: boolean;
  /** Takes profiles, and the logs of a run that failed. */
  outputFolder: string;
  signal: AbortSignal;
  log: (line: string) => void;
}

export interface Benchmark {
  startedAt: string;
  machine: Machine;
  rounds: number;
  accounts: number;
  gateways: number;
  runs: Run[];
  streamMemory: StreamMemory[];
  profiles: ServiceProfile[];
  /** A benchmark with a problem measured something that must not happen. */
  problems: string[];
}

/** Starts everything, measures, compares the books with what was served, ends everything. */
export async function runBenchmark(options: BenchmarkOptions): Promise<Benchmark> {
  const folder = mkdtempSync(join(tmpdir(), 'tokenroute-bench-'));
  // PostgreSQL runs as another user when we are root, and has to get through to its data.
  chmodSync(folder, 0o711);
  let complete = false;
  try {
    options.log('starting the servers, the product, a bare proxy and a static upstream');
    const rig = await startRig(folder, options);
    try {
      const benchmark = await measureAll(rig, options, folder);
      complete = benchmark.problems.length === 0;
      return benchmark;
    } finally {
      await rig.stop();
    }
  } finally {
    if (!complete) keepLogs(folder, options);
    await endLeftoversBelow(folder);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
}

async function measureAll(rig: Rig, options: BenchmarkOptions, folder: string): Promise<Benchmark> {
  const { rounds, accounts, gateways, measurements, openStreams } = options;
  const benchmark: Benchmark = {
    startedAt: new Date().toISOString(),
    machine: describeMachine(folder),
    rounds,
    accounts,
    gateways,
    runs: [],
    streamMemory: [],
    profiles: [],
    problems: [],
  };
  const notice = (what: string, problems: string[]) =>
    benchmark.problems.push(...problems.map((problem) => `${what}: ${problem}`));
  await warmUp(rig, options, notice);
  if (options.profile) await takeProfiles(rig, options, benchmark, notice);
  for (let round = 0; round < rounds; round += 1) {
    for (const measurement of measurements) {
      for (const target of inTurn(measurement.targets, round)) {
        options.signal.throwIfAborted();
        const run = await measure(rig, measurement, target, round);
        benchmark.runs.push(run);
        notice(`${measurement.name}, ${target}, round ${round + 1}`, run.problems);
      }
    }
    options.log(`round ${round + 1} of ${rounds}`);
  }
  if (openStreams > 0) {
    options.log(`${openStreams} open streams`);
    benchmark.streamMemory = await measureStreamMemory(rig, openStreams, options.keepStreamsMs);
  }
  options.log('proving the ledger');
  notice('ledger', await rig.system.ledgerViolations());
  return benchmark;
}

type Notice = (what: string, problems: string[]) => void;

/** Many at once come first: at a low rate the compilers would take minutes to have seen enough of a path. */
const manyAtOnce = { kind: 'closed-loop', name: 'many at once', connections: 64 } as const;

/** Until the compilers have seen the paths: every target, plain and streaming. */
async function warmUp(rig: Rig, { measurements, warmUpMs, log }: BenchmarkOptions, notice: Notice) {
  log('warming up');
  const kinds = new Map(
    measurements.map((measurement) => [`${measurement.kind} ${'script' in measurement}`, measurement]),
  );
  const targets = [...new Set(measurements.flatMap((measurement) => measurement.targets))];
  const steps = [{ ...manyAtOnce, targets }, ...kinds.values()];
  for (const step of steps) {
    for (const target of step.targets) {
      const run = await measure(rig, { ...step, durationMs: warmUpMs }, target, -1);
      notice(`warm-up, ${step.name}, ${target}`, run.problems);
    }
  }
}

async function takeProfiles(rig: Rig, options: BenchmarkOptions, benchmark: Benchmark, notice: Notice) {
  for (const measurement of options.measurements) {
    options.log(`profiling: ${measurement.name}`);
    const { run, profiles } = await profileServices(rig, measurement, join(options.outputFolder, 'profiles'));
    benchmark.profiles.push(...profiles);
    notice(`profile, ${measurement.name}`, run.problems);
  }
}

function keepLogs(folder: string, { outputFolder, log }: BenchmarkOptions): void {
  const logs = join(folder, 'logs');
  if (!existsSync(logs)) return;
  mkdirSync(outputFolder, { recursive: true });
  cpSync(logs, join(outputFolder, 'logs'), { recursive: true });
  log(`logs are kept in ${join(outputFolder, 'logs')}`);
}
