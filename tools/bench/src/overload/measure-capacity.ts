import { setTimeout as delay } from 'node:timers/promises';
import { model } from '../http-requests.js';
import type { LoadOrder, LoadResult, Phase } from '../orders.js';
import { type GatewayNumbers, readGatewayNumbers } from './gateway-numbers.js';
import { HealthWatch } from './health-watch.js';
import {
  Books,
  type Figure,
  judged,
  ms,
  percent,
  perSecond,
  refusedBetween,
  refusedOf,
  told,
} from './measurements.js';
import type { TwoProviderRig } from '../two-provider-rig.js';

const connectionCounts = [64, 128, 256];
const calmShare = 0.5;
const calmMs = 8_000;
const afterMs = 10_000;
const trickleRate = 50;
/** More than the gateway ever keeps waiting. They are kept open, as a balancer's are: how fast connections open is not asked here. */
const connections = { firstConnections: 1_024, maxConnections: 4_096 };

/** The most complete answers a second in a closed loop. */
export async function findPeak(
  rig: TwoProviderRig,
  durationMs: number,
): Promise<{ peak: number; figures: Figure[] }> {
  const speeds: number[] = [];
  const books = await Books.open(rig);
  const loads: LoadResult[] = [];
  for (const connections of connectionCounts) {
    const order = {
      ...rig.destination(model),
      kind: 'closed-loop',
      durationMs,
      connections,
    } satisfies LoadOrder;
    const load = await rig.generators[0].ask<LoadResult>(order);
    loads.push(load);
    speeds.push(load.answers / load.seconds);
  }
  const figures = connectionCounts.map((count, index) =>
    told(
      `closed loop, ${count} connections`,
      `${perSecond(speeds[index]!)}, p99 ${ms(loads[index]!.latencyMs.p99)}` +
        (refusedOf(loads[index]!) > 0 ? `, ${refusedOf(loads[index]!)} refused` : ''),
    ),
  );
  return { peak: Math.max(...speeds), figures: [...figures, ...(await books.close(...loads))] };
}

/**
 * Half the capacity, twice the capacity for a time, half the capacity again, without a pause. Beside it a trickle from a process
 * that has nothing else to do: how quickly that is refused says nothing about how busy the load's own process is.
 */
export async function measureOverload(
  rig: TwoProviderRig,
  peak: number,
  overloadMs: number,
): Promise<Figure[]> {
  const phases = (calmRate: number, excessRate: number): Phase[] => [
    { ratePerSecond: calmRate, durationMs: calmMs },
    { ratePerSecond: excessRate, durationMs: overloadMs },
    { ratePerSecond: calmRate, durationMs: afterMs },
  ];
  const excess = Math.round(2 * peak);
  const books = await Books.open(rig);
  const numbersBefore = await readGatewayNumbers(rig.system.metricsUrl('gateway'));
  const ask = (generator: 0 | 1, asked: Phase[]) =>
    rig.generators[generator].ask<[LoadResult, LoadResult, LoadResult]>({
      ...rig.destination(model),
      kind: 'open-loop',
      phases: asked,
      ...(generator === 0 && connections),
    } satisfies LoadOrder);
  const [[before, during, after], trickle, healthFigures] = await Promise.all([
    ask(0, phases(Math.round(calmShare * peak), excess)),
    ask(1, phases(trickleRate, trickleRate)),
    watchDuringOverload(rig, overloadMs),
  ]);
  const numbersAfter = await readGatewayNumbers(rig.system.metricsUrl('gateway'));
  return [
    told('offered', `${perSecond(excess)} for ${overloadMs / 1_000} s`),
    told('how late the load itself was (p50, p99)', lateness(during)),
    ...goodput(during, overloadMs, peak),
    ...refusals([during, trickle[1]], numbersBefore, numbersAfter),
    ...healthFigures,
    ...recovery(before, after),
    ...(await books.close(before, during, after, ...trickle)),
  ];
}

async function watchDuringOverload({ system }: TwoProviderRig, overloadMs: number): Promise<Figure[]> {
  await delay(calmMs);
  const health = new HealthWatch(system);
  await delay(overloadMs);
  return health.end();
}

function lateness({ latenessMs }: LoadResult): string {
  return `${ms(latenessMs!.p50)}, ${ms(latenessMs!.p99)}`;
}

function goodput(during: LoadResult, durationMs: number, peak: number): Figure[] {
  const speed = (1_000 * during.timelyAnswers!) / durationMs;
  return [
    judged(
      'complete answers meanwhile, within 2 s',
      `${perSecond(speed)} (${percent(speed / peak)} of the peak)`,
      'at least 80 %',
      speed >= 0.8 * peak,
    ),
    told(
      'latency of all complete answers (p50, p99)',
      `${ms(during.latencyMs.p50)}, ${ms(during.latencyMs.p99)}`,
    ),
  ];
}

function refusals(
  [load, trickle]: [LoadResult, LoadResult],
  before: GatewayNumbers,
  after: GatewayNumbers,
): Figure[] {
  const count = refusedOf(load) + refusedOf(trickle);
  const ofTrickle = refusedAfter(trickle);
  return [
    judged('refused, each with Retry-After', String(count), 'some', count > 0),
    told(
      'by reason',
      Object.keys(after.refusals)
        .map((reason) => `${reason} ${refusedBetween(before, after, reason)}`)
        .join(', '),
    ),
    told('refused after, at the client, of the load (p50, p99)', text(refusedAfter(load))),
    judged('of the trickle beside it (p50, p99)', text(ofTrickle), 'p99 below 50 ms', ofTrickle.p99 < 50),
    told('holds and charges that may wait, in the end', String(after.billingWaitingLimit)),
  ];
}

function refusedAfter({ failedAfterMs }: LoadResult): { p50: number; p99: number } {
  return failedAfterMs ?? { p50: 0, p99: 0 };
}

function text({ p50, p99 }: { p50: number; p99: number }): string {
  return `${ms(p50)}, ${ms(p99)}`;
}

function recovery(before: LoadResult, after: LoadResult): Figure[] {
  const calmP99Ms = before.latencyMs.p99;
  const seconds = after.bySecond!;
  const recovered = seconds.findIndex(({ failed, p99Ms }) => failed === 0 && p99Ms <= 2 * calmP99Ms);
  const refusedLater = refusedOf(after);
  return [
    told(
      'p99 at half the peak, before',
      `${ms(calmP99Ms)}${refusedOf(before) > 0 ? `, ${refusedOf(before)} refused` : ''}`,
    ),
    judged(
      'nothing refused and p99 within twice that again, after',
      recovered < 0 ? `never in ${seconds.length} s` : `${recovered + 1} s`,
      'at most 5 s',
      recovered >= 0 && recovered < 5,
    ),
    told('refused after the overload', String(refusedLater)),
  ];
}
