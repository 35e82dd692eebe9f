import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { askTcp } from './ask-tcp.js';
import { wantedOrFreePort } from './free-port.js';
import { startProcess } from './local-process.js';
import type { LocalServer, StartOptions } from './server.js';
import type { ServerBinaries } from './server-binaries.js';
import { waitUntilReady } from './wait-until-ready.js';

/** Starts NATS with JetStream on a free port of 127.0.0.1, its streams kept in our data folder. */
export async function startNats(
  binaries: ServerBinaries,
  origin: LocalServer['origin'],
  options: StartOptions,
): Promise<LocalServer> {
  const { folders, preferredPort } = options;
  const port = await wantedOrFreePort(preferredPort);
  const storeFolder = join(folders.data, 'nats');
  mkdirSync(storeFolder, { recursive: true });
  const logFile = join(folders.logs, 'nats.log');
  const serverName = `tokenroute-${randomUUID()}`;
  const nats = await startProcess({
    name: 'NATS',
    command: join(binaries.folder, 'nats-server'),
    args: argumentsOf(options, port, storeFolder, serverName),
    mark: `-sd ${storeFolder}`,
    cwd: storeFolder,
    env: { PATH: binaries.folder, ...(binaries.libraryPath && { LD_LIBRARY_PATH: binaries.libraryPath }) },
    logFile,
    pidFile: join(folders.run, 'nats.pid'),
    // SIGTERM lets JetStream flush; SIGINT would too, but is what a terminal sends to everybody.
    stopSignal: 'SIGTERM',
  });
  let version = '';
  try {
    await waitUntilReady(nats, logFile, async () => {
      const greeting = await askTcp(port, '', /INFO \{.*\}\s*\r\n/);
      if (greeting === undefined) return false;
      const info = parseGreeting(greeting);
      if (info.server_name !== serverName)
        throw new Error(`another NATS, ${info.server_name}, answers on our port ${port}`);
      version = info.version?.split('.').slice(0, 2).join('.') ?? '';
      // JetStream comes up after the port does.
      return info.jetstream === true;
    });
  } catch (error) {
    await nats.stop();
    throw error;
  }
  return {
    name: 'nats',
    title: `NATS ${version}`,
    origin,
    url: `nats://127.0.0.1:${port}`,
    port,
    pid: nats.pid,
    logFile,
    ended: nats.ended,
    stop: () => nats.stop(),
  };
}

function argumentsOf(
  { natsConfigFile }: StartOptions,
  port: number,
  storeFolder: string,
  serverName: string,
): string[] {
  const own = ['-a', '127.0.0.1', '-p', String(port), '-js', '-sd', storeFolder, '-n', serverName];
  return natsConfigFile === undefined ? own : ['-c', natsConfigFile, ...own];
}

interface NatsGreeting {
  server_name?: string;
  version?: string;
  jetstream?: boolean;
}

/** The JSON of the INFO line with which NATS greets every connection. */
export function parseGreeting(greeting: string): NatsGreeting {
  return JSON.parse(greeting.slice(greeting.indexOf('{'), greeting.lastIndexOf('}') + 1)) as NatsGreeting;
}
