import { spawn } from 'node:child_process';
import { mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { endLeftoversBelow, lastLines } from '@tokenroute/local-servers';
import { environmentWithServers } from './config.js';
import { oncePerRun } from './once-per-run.js';
import { operatorOf, type ReachableSystem, reachSystem, type SystemLocation } from './reachable-system.js';
import type { StartSystemOptions } from './start-system.js';
import { testServers } from './test-servers.js';

/** A system that other test files use at the same time: what a test does in it has customers of its own. */
export interface SharedSystem extends ReachableSystem {
  /** Ends this file's connections; the system goes on. */
  close(): void;
}

/**
 * The run's one system with the settings of `npm start`, started by the first who asks. A test that counts what the whole
 * system did, changes what is everybody's, or takes a part away starts its own.
 *
 * @param options the same of all who ask in one run
 */
export async function sharedSystem(options: StartSystemOptions = {}): Promise<SharedSystem> {
  const location = await oncePerRun('shared-system', () => start(options));
  const operator = operatorOf(location.addresses);
  return { ...reachSystem(location, operator), close: () => operator.close() };
}

export const endSharedSystem = (): Promise<unknown> => endLeftoversBelow(sharedFolder());

const sharedFolder = () => join(testServers().folder, 'shared');

/** In a process of its own: the test file that asked first is not the last to use it. */
async function start(options: StartSystemOptions): Promise<SystemLocation> {
  const folder = sharedFolder();
  mkdirSync(join(folder, 'run'), { recursive: true, mode: 0o711 });
  const logFile = join(folder, 'host.log');
  const entry = fileURLToPath(new URL('../dist/host-system.js', import.meta.url));
  writeFileSync(join(folder, 'options.json'), JSON.stringify(options));
  // The folder tells whose process it is, too.
  const host = spawn(process.execPath, [entry, folder], {
    env: environmentWithServers(testServers()),
    stdio: ['ignore', 'pipe', openSync(logFile, 'a')],
    detached: true,
  });
  writeFileSync(join(folder, 'run', 'host.pid'), `${host.pid}\n`);
  host.unref();
  const told = await text(host.stdout!);
  if (told === '') throw new Error(`the shared system did not start:\n${lastLines(logFile)}`);
  return JSON.parse(told) as SystemLocation;
}
