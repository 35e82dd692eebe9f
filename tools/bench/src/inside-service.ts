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
  { kind: 'memory' } | { kind: 'start-profile' } | { kind: 'stop-profile'; file: string };

/** After a full collection of garbage. */
export interface ServiceMemory {
  rssBytes: number;
  heapBytes: number;
  externalBytes: number;
}

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
