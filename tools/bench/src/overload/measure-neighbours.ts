import { setTimeout as delay } from 'node:timers/promises';
import { model } from '../http-requests.js';
import type { LoadOrder, LoadResult, UpstreamOrder } from '../orders.js';
import { readProcessorTime } from '../processor-time.js';
import { readGatewayNumbers } from './gateway-numbers.js';
import {
  Books,
  type Figure,
  judged,
  ms,
  perSecond,
  refusedBetween,
  refusedOf,
  told,
} from './measurements.js';
import { type TwoProviderRig, slowModel } from '../two-provider-rig.js';

/** How a load that is well within the capacity fares while something else is wrong. */
export interface NeighbourOptions {
  ratePerSecond: number;
  durationMs: number;
}

export interface SlowProviderOptions extends NeighbourOptions {
  /** Of the gateway, for one provider. */
  places: number;
  slowRatePerSecond: number;
  slowDelayMs: number;
}

const othersP99 = 'p99 of the others, before, meanwhile, after';

/** A provider that takes very long, and gets more requests than it has places, beside one that is quick. */
export async function measureSlowProvider(
  rig: TwoProviderRig,
  options: SlowProviderOptions,
): Promise<Figure[]> {
  const { places, slowRatePerSecond, slowDelayMs, durationMs } = options;
  const books = await Books.open(rig);
  const numbersBefore = await readGatewayNumbers(rig.system.metricsUrl('gateway'));
  await rig.upstreams.slow.ask({ kind: 'plain-delay', ms: slowDelayMs } satisfies UpstreamOrder);
  const before = await askOthers(rig, options);
  const untilFullMs = (1_000 * places) / slowRatePerSecond + 500;
  const phase = { ratePerSecond: slowRatePerSecond, durationMs: untilFullMs + durationMs + 1_000 };
  const slow = rig.generators[1].ask<[LoadResult]>({
    ...rig.destination(slowModel),
    kind: 'open-loop',
    phases: [phase],
    maxConnections: 2 * places,
  } satisfies LoadOrder);
  await delay(untilFullMs);
  const meanwhile = await askOthers(rig, options);
  const [slowLoad] = await slow;
  await rig.upstreams.slow.ask({ kind: 'plain-delay', ms: 0 } satisfies UpstreamOrder);
  const after = await askOthers(rig, options);
  const numbersAfter = await readGatewayNumbers(rig.system.metricsUrl('gateway'));
  const refusedSlow = refusedOf(slowLoad);
  const forPlaces = refusedBetween(numbersBefore, numbersAfter, 'provider');
  return [
    told(
      'the slow one',
      `${slowDelayMs / 1_000} s an answer, ${perSecond(slowRatePerSecond)}, ${places} places`,
    ),
    judged(
      'refused of the slow one',
      `${refusedSlow}, ${forPlaces} for its places`,
      'some, all for its places',
      refusedSlow > 0 && refusedSlow === forPlaces,
    ),
    ...othersWithinTwice(before, meanwhile, after, options),
    ...(await books.close(before, meanwhile, after, slowLoad)),
  ];
}

/** Thousands of connections whose requests never get to an end. */
export async function measureSlowHeaders(
  rig: TwoProviderRig,
  sockets: number,
  options: NeighbourOptions,
): Promise<Figure[]> {
  const books = await Books.open(rig);
  const before = await askOthers(rig, options);
  await rig.generators[1].ask({
    kind: 'slow-headers',
    port: rig.system.gatewayPorts[0]!,
    sockets,
  } satisfies LoadOrder);
  const meanwhile = await askOthers(rig, options);
  const left = await rig.generators[1].ask<number>({ kind: 'drop-slow-headers' } satisfies LoadOrder);
  const after = await askOthers(rig, options);
  return [
    judged(
      'connections that sent headers drop by drop',
      `${sockets}, ${left} still open in the end`,
      'all open',
      left === sockets,
    ),
    ...othersWithinTwice(before, meanwhile, after, options),
    ...(await books.close(before, meanwhile, after)),
  ];
}

/**
 * A megabyte each, which the kernel may take for a client that does not read. Not at full speed and without an end: that would be
 * as much as all buffers between provider and client can grow to, a thousand times, in the memory of the one kernel that everybody
 * here shares, and then it is the kernel that keeps the others waiting.
 */
const unreadStream = { chunks: 128, intervalMs: 150, contentBytes: 8_192 };

const reacquaintanceMs = 3_000;

/** Clients that asked for streams, and take nothing. */
export async function measureStalledReaders(
  rig: TwoProviderRig,
  streams: number,
  options: NeighbourOptions,
): Promise<Figure[]> {
  await rig.upstreams.fast.ask({ kind: 'script', script: unreadStream } satisfies UpstreamOrder);
  const before = await askOthers(rig, options);
  let meanwhile: LoadResult;
  let filledAfterMs: number;
  let requestsUnderWay: number;
  try {
    await rig.generators[1].ask({
      ...rig.destination(model, true),
      kind: 'open-streams',
      streams,
      stalled: true,
    } satisfies LoadOrder);
    filledAfterMs = await untilQuiet(rig);
    // Nobody asked for so long that the gateway has forgotten every key: neighbours who never pause would not have seen that.
    await askOthers(rig, { ...options, durationMs: reacquaintanceMs });
    meanwhile = await askOthers(rig, options);
    ({ requestsUnderWay } = await readGatewayNumbers(rig.system.metricsUrl('gateway')));
  } finally {
    await rig.generators[1].ask({ kind: 'drop-streams' } satisfies LoadOrder);
  }
  // What was generated for them is charged by estimate: the ledger is proven, the sum is not known.
  await rig.customers.takeSpent();
  const after = await askOthers(rig, options);
  return [
    told(
      'streams that nobody reads',
      `${streams}, standing still after ${(filledAfterMs / 1_000).toFixed(0)} s, ${requestsUnderWay} not yet in the kernel's buffers`,
    ),
    ...othersWithinTwice(before, meanwhile, after, options),
  ];
}

const quietWithinMs = 60_000;
const lookEveryMs = 500;

/** Until every buffer on the way is full: from then on the streams stand still. @returns how long that took */
async function untilQuiet(rig: TwoProviderRig): Promise<number> {
  const begin = Date.now();
  const deadline = begin + quietWithinMs;
  for (let quiet = 0, last = processorMsOf(rig); quiet < 2 && Date.now() < deadline;) {
    await delay(lookEveryMs);
    const now = processorMsOf(rig);
    quiet = now - last < lookEveryMs / 10 ? quiet + 1 : 0;
    last = now;
  }
  return Date.now() - begin;
}

function processorMsOf(rig: TwoProviderRig): number {
  const { gateway, 'adapter-openai': adapter } = readProcessorTime(rig.system.processes());
  return gateway! + adapter!;
}

async function askOthers(
  rig: TwoProviderRig,
  { ratePerSecond, durationMs }: NeighbourOptions,
): Promise<LoadResult> {
  const order = {
    ...rig.destination(model),
    kind: 'open-loop',
    phases: [{ ratePerSecond, durationMs }],
  } satisfies LoadOrder;
  const [load] = await rig.generators[0].ask<[LoadResult]>(order);
  return load;
}

function othersWithinTwice(
  before: LoadResult,
  meanwhile: LoadResult,
  after: LoadResult,
  { ratePerSecond }: NeighbourOptions,
): Figure[] {
  const p99 = [before, meanwhile, after].map(({ latencyMs }) => latencyMs.p99) as [number, number, number];
  const failed = Object.values(meanwhile.failures).reduce((sum, count) => sum + count, 0);
  return [
    told('the others', perSecond(ratePerSecond)),
    judged(
      'answered of the others',
      `${meanwhile.answers} of ${meanwhile.answers + failed}`,
      'all',
      failed === 0,
    ),
    // What else runs on the machine is in all three: the worse of the two without it is what it is compared with.
    judged(othersP99, p99.map(ms).join(', '), 'at most twice', p99[1] <= 2 * Math.max(p99[0], p99[2])),
  ];
}
