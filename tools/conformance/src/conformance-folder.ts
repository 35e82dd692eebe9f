import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { repository } from './repository.js';

/** Recordings, and the scripts that replay and judge them. */
export interface ConformanceFolder {
  scripts: string;
  cases: string;
  openapi: string;
}

const beside = join(repository, '..', 'shared', 'conformance');
const needed = ['run.mjs', 'replay.mjs', 'check-native.mjs', 'openapi.mjs', 'openapi.json', 'package.json'];

/**
 * @param path a folder with the scripts and cases/, or a folder of recordings beside such scripts; by default the one
 *   that lies beside this repository
 * @throws Error saying what is missing
 */
export function findConformanceFolder(path: string | undefined): ConformanceFolder {
  const given = resolve(path ?? beside);
  if (!existsSync(given))
    throw new Error(`there are no recordings at ${given}; --cases names a folder of them`);
  const hasRecordings = readdirSync(given).some((name) => name.endsWith('.case.json'));
  const scripts = hasRecordings ? dirname(given) : given;
  const cases = hasRecordings ? given : join(given, 'cases');
  const missing = [...needed.map((name) => join(scripts, name)), cases].filter((file) => !existsSync(file));
  if (missing.length > 0) throw new Error(`missing: ${missing.join(', ')}`);
  return { scripts, cases, openapi: join(scripts, 'openapi.json') };
}
