import { closeSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { startSystem, type StartSystemOptions } from './start-system.js';

/*
 * A program: starts a system, writes where it is to the standard output, closes that, and keeps the system until it is told
 * to end. See shared-system.ts.
 */

const stdout = 1;
const options = JSON.parse(
  readFileSync(join(process.argv[2]!, 'options.json'), 'utf8'),
) as StartSystemOptions;
const system = await startSystem(options);
process.once('SIGTERM', () => void system.stop().then(() => process.exit()));
const { addresses, databaseUrl, natsUrl, redisUrl } = system;
writeSync(stdout, JSON.stringify({ addresses, databaseUrl, natsUrl, redisUrl }));
closeSync(stdout);
