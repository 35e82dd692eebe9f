import { model } from '../http-requests.js';
import type { LoadOrder, LoadResult, Phase } from '../orders.js';
import { type GatewayNumbers, readGatewayNumbers, shareWithin } from './gateway-numbers.js';
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

/** Half the capacity, twice the capacity for a time, half the capacity again, without a pause. */
export async function measureOverload(
  rig: TwoProviderRig,
  peak: number,
  overloadMs: number,
): Promise<Figure[]> {
  const calm: Phase = { ratePerSecond: Math.round(calmShare * peak), durationMs: 8_000 };
  const excess: Phase = { ratePerSecond: Math.round(2 * peak), durationMs: overloadMs };
  const books = await Books.open(rig);
  const numbersBefore = await readGatewayNumbers(rig.system.metricsUrl('gateway'));
  const order = {
    ...rig.destination(model),
    kind: 'open-loop',
    phases: [calm, excess, { ...calm, durationMs: 10_000 }],
  } satisfies LoadOrder;
  const health = new HealthWatch(rig.system);
  const [before, during, after] = await rig.generators[0].ask<[LoadResult, LoadResult, LoadResult]>(order);
  const healthFigures = await health.end();
  const numbersAfter = await readGatewayNumbers(rig.system.metricsUrl('gateway'));
  return [
    told('offered', `${perSecond(excess.ratePerSecond)} for ${overloadMs / 1_000} s`),
    told('how late the load itself was (p50, p99)', lateness(during)),
    ...goodput(during, excess, peak),
    ...refusals(during, numbersBefore, numbersAfter),
    ...healthFigures,
    ...recovery(before, after),
    ...(await books.close(before, during, after)),
  ];
}

function lateness({ latenessMs }: LoadResult): string {
  return `${ms(latenessMs!.p50)}, ${ms(latenessMs!.p99)}`;
}

function goodput(during: LoadResult, { durationMs }: Phase, peak: number): Figure[] {
  const speed = (1_000 * during.answers) / durationMs;
  return [
    judged(
      'complete answers meanwhile',
      `${perSecond(speed)} (${percent(speed / peak)} of the peak)`,
      'at least 80 %',
      speed >= 0.8 * peak,
    ),
    told('their latency (p50, p99)', `${ms(during.latencyMs.p50)}, ${ms(during.latencyMs.p99)}`),
  ];
}

function refusals(during: LoadResult, before: GatewayNumbers, after: GatewayNumbers): Figure[] {
  const count = refusedOf(during);
  const { p50, p99 } = during.failedAfterMs ?? { p50: 0, p99: 0 };
  const within = shareWithin(0.05, before, after);
  return [
    judged('refused, each with Retry-After', String(count), 'some', count > 0),
    told(
      'by reason',
      Object.keys(after.refusals)
        .map((reason) => `${reason} ${refusedBetween(before, after, reason)}`)
        .join(', '),
    ),
    judged('refused after, at the client (p50, p99)', `${ms(p50)}, ${ms(p99)}`, 'p99 below 50 ms', p99 < 50),
    judged('refused within 50 ms, by the gateway', percent(within), 'at least 99 %', within >= 0.99),
    told('holds that may wait, in the end', String(after.holdsWaitingLimit)),
  ];
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
