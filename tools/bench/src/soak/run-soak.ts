import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endLeftoversBelow } from '@tokenroute/local-servers';
import { answersServed } from '../expected-charges.js';
import { describeMachine, type Machine } from '../machine.js';
import { startTwoProviderRig, type TwoProviderRig } from '../two-provider-rig.js';
import { type Finding, judgeSoak } from './judge-soak.js';
import { type Sample, Sampler } from './sampler.js';
import { SoakLoad, type SoakRates, type Stretch } from './soak-load.js';

export interface SoakOptions {
  durationMs: number;
  rates: SoakRates;
  accounts: number;
  /** Takes the logs of a run that failed. */
  outputFolder: string;
  /** Ends the load early; what was measured until then is judged. */
  signal: AbortSignal;
  log: (line: string) => void;
}

export interface SoakRun {
  startedAt: string;
  machine: Machine;
  placing: string;
  rates: SoakRates;
  ranMs: number;
  counts: { plain: number; streams: number; left: number; failing: number };
  samples: Sample[];
  findings: Finding[];
}

const longestStretchMs = 60_000;
const shortestStretchMs = 5_000;
const leastStretches = 30;

/** Starts everything, keeps it busy, reads how it is all the time, compares the books, and ends everything. */
export async function runSoak(options: SoakOptions): Promise<SoakRun> {
  const folder = mkdtempSync(join(tmpdir(), 'tokenroute-soak-'));
  // PostgreSQL runs as another user when we are root, and has to get through to its data.
  chmodSync(folder, 0o711);
  let isRight = false;
  try {
    options.log('starting the servers, the product and two static upstreams');
    const rig = await startTwoProviderRig({ folder, accounts: options.accounts, overrides: {} });
    try {
      const run = await soak(rig, options, folder);
      isRight = run.findings.every(({ ok }) => ok);
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

async function soak(rig: TwoProviderRig, options: SoakOptions, folder: string): Promise<SoakRun> {
  const { durationMs, rates, signal, log } = options;
  const startedAt = new Date().toISOString();
  const stretchMs = Math.max(shortestStretchMs, Math.min(longestStretchMs, durationMs / leastStretches));
  const load = await SoakLoad.prepare(rig, rates, options.accounts);
  const sampler = new Sampler(rig.system, rig.product());
  log('warming up');
  const stretches = [
    await load.run(Math.max(2 * shortestStretchMs, Math.min(longestStretchMs, durationMs / 10))),
  ];
  await sampler.take();
  const samples: Sample[] = [];
  const begin = performance.now();
  while (!signal.aborted && (samples.length < 2 || performance.now() - begin < durationMs)) {
    const stretch = await load.run(stretchMs);
    stretches.push(stretch);
    samples.push({
      atMs: performance.now() - begin,
      plainMs: stretch.plain.latencyMs,
      firstEventMs: stretch.streams.firstEventMs!,
      ...(await sampler.take()),
    });
    log(progress(samples.at(-1)!, stretch));
  }
  const ranMs = performance.now() - begin;
  return {
    startedAt,
    machine: describeMachine(folder),
    placing: rig.placing,
    rates,
    ranMs,
    counts: countsOf(stretches),
    samples,
    findings: [...judgeSoak(samples), ...(await judgeBooks(rig, load, stretches))],
  };
}

function progress({ atMs, plainMs, services }: Sample, { problems }: Stretch): string {
  const heap = Math.round((services.gateway!.heapBytes ?? 0) / 2 ** 20);
  const line = `${(atMs / 60_000).toFixed(1)} min: p50 ${plainMs.p50.toFixed(1)} ms, p99 ${plainMs.p99.toFixed(1)} ms, gateway's heap ${heap} MiB`;
  return [line, ...problems].join('; ');
}

function countsOf(stretches: Stretch[]): SoakRun['counts'] {
  const sum = (count: (stretch: Stretch) => number) =>
    stretches.reduce((total, stretch) => total + count(stretch), 0);
  return {
    plain: sum(({ plain }) => plain.answers),
    streams: sum(({ streams }) => streams.answers),
    left: sum(({ left }) => left),
    failing: sum(({ failing }) => Object.values(failing.failures).reduce((total, count) => total + count, 0)),
  };
}

async function judgeBooks(rig: TwoProviderRig, load: SoakLoad, stretches: Stretch[]): Promise<Finding[]> {
  // Both wait until nothing is held any more.
  const charged = await rig.customers.takeSpent();
  const chargedLeavers = await load.leavers.takeSpent();
  const { fast, slow, expected } = await rig.takeServed();
  const { plain, streams, left } = countsOf(stretches);
  const problems = stretches.flatMap((stretch) => stretch.problems);
  const violations = await rig.system.ledgerViolations();
  const finding = (what: string, measured: string, bound: string, ok: boolean) => ({
    what,
    measured,
    bound,
    ok,
  });
  return [
    finding(
      'requests that went otherwise than they should',
      problems.join('; ') || 'none',
      'none',
      problems.length === 0,
    ),
    finding(
      'complete answers',
      String(plain + streams),
      `${answersServed(fast)} served`,
      plain + streams === answersServed(fast),
    ),
    finding(
      'charged for them, nano-USD',
      String(charged),
      `${expected.fast} by what was served`,
      charged === expected.fast,
    ),
    finding(
      'streams whose client left',
      `${left}; of them ${answersServed(slow)} were read to their end, ${slow.aborted} broke off at the provider`,
      'none broke off',
      slow.aborted === 0,
    ),
    finding(
      'charged for those, nano-USD',
      String(chargedLeavers),
      `${expected.slow} by what was served`,
      chargedLeavers === expected.slow,
    ),
    finding(
      'broken invariants of the ledger',
      violations.join('; ') || 'none',
      'none',
      violations.length === 0,
    ),
  ];
}

function keepLogs(folder: string, { outputFolder, log }: SoakOptions): void {
  const logs = join(folder, 'logs');
  if (!existsSync(logs)) return;
  mkdirSync(outputFolder, { recursive: true });
  cpSync(logs, join(outputFolder, 'logs'), { recursive: true });
  log(`logs are kept in ${join(outputFolder, 'logs')}`);
}
