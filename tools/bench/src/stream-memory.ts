import { readdirSync, readlinkSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { probedServices } from './bench-system.js';
import type { ServiceMemory } from './inside-service.js';
import type { LoadOrder, UpstreamOrder } from './orders.js';
import type { Rig } from './rig.js';

type Service = (typeof probedServices)[number];

/** What open streams cost a service, and what is left of them when all were aborted. */
export interface StreamMemory {
  service: Service;
  streams: number;
  rssBytesPerStream: number;
  /** Heap and what hangs on it outside. */
  heapBytesPerStream: number;
  /** The same when they had been kept open for their time. */
  heapBytesPerKeptStream: number;
  keptMs: number;
  socketsBefore: number;
  socketsOpen: number;
  socketsAfter: number;
  heapBytesLeft: number;
  rssBytesLeft: number;
}

const observed = ['gateway', 'adapter-openai'] as const;
/** First chunk at once, the next ones while the memory is read: the streams are open, not busy. */
const script = { chunks: 100_000, intervalMs: 2_000 };
const socketsCloseWithinMs = 10_000;

/** Opens streams, keeps them, aborts them all. Done once before it counts: the first streams fill pools and caches. */
export async function measureStreamMemory(
  rig: Rig,
  streams: number,
  keepMs: number,
): Promise<StreamMemory[]> {
  await rig.upstream.ask({ kind: 'script', script } satisfies UpstreamOrder);
  await openAndDrop(rig, Math.ceil(streams / 2), 0);
  await socketsSettle(rig);
  const before = await observe(rig);
  const { open, kept } = await openAndDrop(rig, streams, keepMs);
  await socketsSettle(rig, before);
  const after = await observe(rig);
  await rig.customers.tokenroute!.takeSpent();
  return observed.map((service, index): StreamMemory => {
    const [first, during, last] = [before[index]!, open[index]!, after[index]!];
    return {
      service,
      streams,
      rssBytesPerStream: Math.round((during.rssBytes - first.rssBytes) / streams),
      heapBytesPerStream: Math.round((heapOf(during) - heapOf(first)) / streams),
      heapBytesPerKeptStream: Math.round((heapOf(kept[index]!) - heapOf(first)) / streams),
      keptMs: keepMs,
      socketsBefore: first.sockets,
      socketsOpen: during.sockets,
      socketsAfter: last.sockets,
      heapBytesLeft: heapOf(last) - heapOf(first),
      rssBytesLeft: last.rssBytes - first.rssBytes,
    };
  });
}

/** @returns what there was when all were open, and at the end of their time */
async function openAndDrop(
  rig: Rig,
  streams: number,
  keepMs: number,
): Promise<Record<'open' | 'kept', Observed[]>> {
  const destination = rig.destination('tokenroute', true);
  try {
    await rig.generator.ask({ ...destination, kind: 'open-streams', streams } satisfies LoadOrder);
    const open = await observe(rig);
    if (keepMs === 0) return { open, kept: open };
    await delay(keepMs);
    return { open, kept: await observe(rig) };
  } finally {
    await rig.generator.ask({ kind: 'drop-streams' } satisfies LoadOrder);
  }
}

type Observed = ServiceMemory & { sockets: number };

function observe(rig: Rig): Promise<Observed[]> {
  return Promise.all(
    observed.map(async (service) => {
      const memory = await rig.system.probe(service).ask<ServiceMemory>({ kind: 'memory' });
      return { ...memory, sockets: socketsOf(rig, service) };
    }),
  );
}

/**
 * Waits until no service has more sockets than before, or, without a before, until their number rests. Not for ever:
 * what stays open is told, not judged.
 */
async function socketsSettle(rig: Rig, before?: Observed[]): Promise<void> {
  const deadline = Date.now() + socketsCloseWithinMs;
  let last: number[] = [];
  while (Date.now() < deadline) {
    const now = observed.map((service) => socketsOf(rig, service));
    const limits = before?.map(({ sockets }) => sockets) ?? last;
    if (limits.length > 0 && now.every((count, index) => count <= limits[index]!)) return;
    last = now;
    await delay(250);
  }
}

function socketsOf(rig: Rig, service: Service): number {
  const folder = `/proc/${rig.processes().find(({ name }) => name === service)!.pid}/fd`;
  return readdirSync(folder).filter((descriptor) => {
    try {
      return readlinkSync(`${folder}/${descriptor}`).startsWith('socket:');
    } catch {
      // Closed since it was listed.
      return false;
    }
  }).length;
}

function heapOf({ heapBytes, externalBytes }: ServiceMemory): number {
  return heapBytes + externalBytes;
}
