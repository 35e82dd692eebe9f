import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endLeftoversBelow } from '@tokenroute/local-servers';
import { model } from '../http-requests.js';
import { describeMachine, type Machine } from '../machine.js';
import type { LoadOrder } from '../orders.js';
import { readMachineBusyMs, readProcessorTime } from '../processor-time.js';
import { findPeak, measureOverload } from './measure-capacity.js';
import { measureSlowHeaders, measureSlowProvider, measureStalledReaders } from './measure-neighbours.js';
import { type Figure, judged } from './measurements.js';
import { type TwoProviderRig, startTwoProviderRig } from '../two-provider-rig.js';

export interface OverloadOptions {
  accounts: number;
  /** Of each load that looks for the peak: what a burst reaches is more than what can be kept up. */
  peakMs: number;
  /** Of twice the capacity. */
  overloadMs: number;
  /** Of each other load. */
  durationMs: number;
  slowProvider: { places: number; delayMs: number; ratePerSecond: number };
  slowHeaders: number;
  stalledReaders: number;
  /** Takes the logs of a run that failed. */
  outputFolder: string;
  signal: AbortSignal;
  log: (line: string) => void;
  onPart: (part: Part) => void;
}

export interface Part {
  name: string;
  figures: Figure[];
  /** Cores that other programs kept busy meanwhile. */
  foreignCores: number;
}

export interface OverloadRun {
  startedAt: string;
  machine: Machine;
  placing: string;
  parts: Part[];
}

/** Starts everything, does everything too much, and ends everything. */
export async function runOverload(options: OverloadOptions): Promise<OverloadRun> {
  const folder = mkdtempSync(join(tmpdir(), 'tokenroute-overload-'));
  // PostgreSQL runs as another user when we are root, and has to get through to its data.
  chmodSync(folder, 0o711);
  let isRight = false;
  try {
    options.log('starting the servers, the product and two static upstreams');
    const rig = await startTwoProviderRig({
      folder,
      accounts: options.accounts,
      overrides: { gateway: { MAX_REQUESTS_PER_PROVIDER: String(options.slowProvider.places) } },
    });
    try {
      const run = await measureAll(rig, options, folder);
      isRight = run.parts.every(({ figures }) => figures.every(({ ok }) => ok));
      return run;
    } finally {
      await rig.stop();
    }
  } finally {
    if (!isRight) keepLogs(folder, options);
    await endLeftoversBelow(folder);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
}

async function measureAll(
  rig: TwoProviderRig,
  options: OverloadOptions,
  folder: string,
): Promise<OverloadRun> {
  const { durationMs, peakMs, overloadMs, slowProvider, log } = options;
  const run: OverloadRun = {
    startedAt: new Date().toISOString(),
    machine: describeMachine(folder),
    placing: rig.placing,
    parts: [],
  };
  const part = async (name: string, measure: () => Promise<Figure[]>) => {
    options.signal.throwIfAborted();
    log(name);
    run.parts.push(await withForeignWork(rig, name, measure));
    options.onPart(run.parts.at(-1)!);
  };
  log('warming up');
  await warmUp(rig, durationMs);
  let peak = 0;
  await part('the peak', async () => {
    const found = await findPeak(rig, peakMs);
    peak = found.peak;
    return found.figures;
  });
  if (peak === 0) return run;
  await part('twice the peak', () => measureOverload(rig, peak, overloadMs));
  const others = { ratePerSecond: Math.max(20, Math.round(0.2 * peak)), durationMs };
  await part('a slow provider', () =>
    measureSlowProvider(rig, {
      ...others,
      places: slowProvider.places,
      slowDelayMs: slowProvider.delayMs,
      slowRatePerSecond: slowProvider.ratePerSecond,
    }),
  );
  await part('slow headers', () => measureSlowHeaders(rig, options.slowHeaders, others));
  await part('stalled readers', () => measureStalledReaders(rig, options.stalledReaders, others));
  await part('the ledger', async () => {
    const violations = await rig.system.ledgerViolations();
    return [judged('broken invariants', violations.join('; ') || 'none', 'none', violations.length === 0)];
  });
  return run;
}

/** Until the compilers have seen the paths. */
async function warmUp(rig: TwoProviderRig, durationMs: number): Promise<void> {
  for (const connections of [64, 128]) {
    const order = {
      ...rig.destination(model),
      kind: 'closed-loop',
      durationMs,
      connections,
    } satisfies LoadOrder;
    await rig.generators[0].ask(order);
  }
}

async function withForeignWork(
  rig: TwoProviderRig,
  name: string,
  measure: () => Promise<Figure[]>,
): Promise<Part> {
  const observe = () => {
    const own = process.cpuUsage();
    const ours = Object.values(readProcessorTime(rig.processes())).reduce((sum, ms) => sum + ms, 0);
    return {
      atMs: performance.now(),
      foreignMs: readMachineBusyMs() - ours - (own.user + own.system) / 1_000,
    };
  };
  const before = observe();
  // What the other parts come to is worth knowing all the same.
  const figures = await measure().catch((error: Error) => [
    judged('done', error.message, 'to the end', false),
  ]);
  const after = observe();
  const foreignCores = Math.max(0, after.foreignMs - before.foreignMs) / (after.atMs - before.atMs);
  return { name, figures, foreignCores };
}

function keepLogs(folder: string, { outputFolder, log }: OverloadOptions): void {
  const logs = join(folder, 'logs');
  if (!existsSync(logs)) return;
  mkdirSync(outputFolder, { recursive: true });
  cpSync(logs, join(outputFolder, 'logs'), { recursive: true });
  log(`logs are kept in ${join(outputFolder, 'logs')}`);
}
