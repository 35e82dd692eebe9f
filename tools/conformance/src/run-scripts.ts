import { execFile } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ConformanceFolder } from './conformance-folder.js';
import type { CaseResult, NativeFinding } from './judge.js';
import { toolFolder } from './repository.js';
import { titleOf, type Variant } from './variants.js';

/** Where the copied scripts run, and over what. */
export interface Scripts {
  folder: string;
  recordings: ConformanceFolder;
  signal: AbortSignal;
}

export interface RunOptions {
  baseUrl: string;
  key: string;
  provider?: string;
  id?: string;
}

/** @throws Error with what it printed when run.mjs comes to no result */
export async function runCases(
  scripts: Scripts,
  variant: Variant,
  options: RunOptions,
): Promise<CaseResult[]> {
  const file = join(scripts.folder, `report ${titleOf(variant)}.json`);
  rmSync(file, { force: true });
  const { output } = await runScript(scripts, 'run.mjs', [
    ...['--base', options.baseUrl, '--key', options.key],
    ...['--cases', scripts.recordings.cases],
    ...(variant.measuresTime ? [] : ['--openapi', scripts.recordings.openapi]),
    ...['--models', join(toolFolder, 'models.json'), '--report', file],
    ...(variant.name === '' ? [] : ['--variant', variant.name]),
    ...(variant.jobs === undefined ? [] : ['--jobs', String(variant.jobs)]),
    ...(options.provider === undefined ? [] : ['--provider', options.provider]),
    ...(options.id === undefined ? [] : ['--id', options.id]),
  ]);
  return readReport(file, output);
}

/** @throws Error with what it printed when check-native.mjs comes to no result */
export async function checkRequests(scripts: Scripts, log: string): Promise<NativeFinding[]> {
  const args = ['--log', log, '--cases', scripts.recordings.cases];
  const { output } = await runScript(scripts, 'check-native.mjs', args);
  return readFindings(output);
}

/** The script prints a line per error, then a tally, then a closing line. */
export function readFindings(output: string): NativeFinding[] {
  const closing = /^\d+ requests, (\d+) errors, \d+ warnings$/m.exec(output);
  const findings = [...output.matchAll(/^error (\S+): (.*)$/gm)].map(([, id, message]) => ({
    case: id!,
    message: message!,
  }));
  if (closing === null) throw new Error(`check-native.mjs came to no result:\n${output}`);
  // An unknown path is only in the tally.
  const unnamed = Number(closing[1]) - findings.length;
  if (unnamed > 0) findings.push({ case: 'unknown', message: `${unnamed} more, see the log of requests` });
  return findings;
}

function readReport(file: string, output: string): CaseResult[] {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as CaseResult[];
  } catch (error) {
    throw new Error(`run.mjs came to no result:\n${output}`, { cause: error });
  }
}

/** A script's exit code says whether all passed, which is ours to judge. */
function runScript(
  { folder, signal }: Scripts,
  script: string,
  args: readonly string[],
): Promise<{ output: string }> {
  const options = { cwd: folder, maxBuffer: 64 * 1024 * 1024, signal };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [join(folder, script), ...args], options, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== 'number') reject(error);
      else resolve({ output: stdout + stderr });
    });
  });
}
