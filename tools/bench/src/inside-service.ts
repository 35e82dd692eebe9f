import { writeFileSync } from 'node:fs';
import { type Profiler, Session } from 'node:inspector/promises';
import { createServer } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Loaded into a service of the product before its own code (`--import`): answers questions that only the process itself
 * can. Waits on a Unix socket, whose path is in this module's own URL, and costs nothing until asked.
 */
export type InsideOrder =
  | { kind: 'memory' }
  | { kind: 'start-profile' }
  | { kind: 'stop-profile'; file: string }
  | { kind: 'watch-stalls'; fromMs: number }
  | { kind: 'stalls' }
  | { kind: 'forget-stalls' };

/** After a full collection of garbage. */
export interface ServiceMemory {
  rssBytes: number;
  heapBytes: number;
  externalBytes: number;
}

/** A time in which the event loop did one thing and everything else waited. */
export interface Stall {
  endedAtUnixMs: number;
  /** Of the processor's time, not the clock's: waiting for a processor on a busy machine is no fault of the service. */
  busyMs: number;
}

const tickMs = 20;
/** Enough to see what is wrong. */
const mostStalls = 1_000;
const stalls: Stall[] = [];
const samplingIntervalUs = 500;
const socket = new URL(import.meta.url).searchParams.get('socket');
let session: Session | undefined;

if (socket !== null) {
  const server = createServer((connection) => {
    connection.on('data', (bytes: Buffer) => {
      answer(JSON.parse(bytes.toString('utf8')) as InsideOrder).then(
        (result) => connection.end(JSON.stringify({ result })),
        (error: unknown) => connection.end(JSON.stringify({ error: String(error) })),
      );
    });
    connection.on('error', () => connection.destroy());
    connection.unref();
  });
  server.listen(socket);
  server.unref();
}

async function answer(order: InsideOrder): Promise<unknown> {
  switch (order.kind) {
    case 'memory':
      return memory();
    case 'start-profile':
      return startProfile();
    case 'stop-profile':
      return stopProfile(order.file);
    case 'watch-stalls':
      return watchStalls(order.fromMs);
    case 'stalls':
      return stalls;
    case 'forget-stalls':
      stalls.length = 0;
      return undefined;
    default:
      return order satisfies never;
  }
}

function memory(): ServiceMemory {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // Twice: what the first one finalises the second one frees.
  collect();
  collect();
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rssBytes: rss, heapBytes: heapUsed, externalBytes: external };
}

/** @param fromMs shorter ones are not kept */
function watchStalls(fromMs: number): void {
  let lastMs = performance.now();
  let lastUse = process.cpuUsage();
  const tick = setInterval(() => {
    const lateMs = performance.now() - lastMs - tickMs;
    const { user, system } = process.cpuUsage(lastUse);
    const busyMs = Math.min(lateMs, (user + system) / 1_000);
    if (busyMs >= fromMs && stalls.length < mostStalls) stalls.push({ endedAtUnixMs: Date.now(), busyMs });
    lastMs = performance.now();
    lastUse = process.cpuUsage();
  }, tickMs);
  tick.unref();
}

async function startProfile(): Promise<void> {
  session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: samplingIntervalUs });
  await session.post('Profiler.start');
}

async function stopProfile(file: string): Promise<void> {
  const { profile } = (await session!.post('Profiler.stop')) as { profile: Profiler.Profile };
  session!.disconnect();
  session = undefined;
  writeFileSync(file, JSON.stringify(profile));
}
