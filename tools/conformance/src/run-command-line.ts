import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { findConformanceFolder } from './conformance-folder.js';
import { report, succeeded } from './report.js';
import { repository } from './repository.js';
import { runConformance } from './run-conformance.js';
import { chooseVariants } from './variants.js';

interface Arguments {
  cases?: string;
  provider?: string;
  variant?: string;
  id?: string;
  output: string;
}

/** @returns the exit code: 0 all as it should be, 1 something failed, 2 nothing was run */
export async function runCommandLine(
  args: readonly string[],
  signal: AbortSignal,
  print: (text: string) => void,
): Promise<number> {
  let options;
  try {
    options = readArguments(args);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    print(`✘ ${(error as Error).message}`);
    return 2;
  }
  try {
    const verdict = await runConformance({ ...options, signal, log: print });
    print(report(verdict));
    return succeeded(verdict) ? 0 : 1;
  } catch (error) {
    print(signal.aborted ? '✘ interrupted' : `✘ ${(error as Error).stack}`);
    return 2;
  }
}

function readArguments(args: readonly string[]) {
  const program = new Command('conformance')
    .description('Runs the product against recordings of real provider traffic.')
    .option('--cases <folder>', 'recordings and their scripts (default: ../shared/conformance)')
    .option('--provider <name>', 'only the recordings of this provider')
    .option('--variant <options>', 'only this way of delivering them: plain, split=1, …')
    .option('--id <text>', 'only the recordings whose id contains this')
    .option('--output <folder>', 'for reports and logs', join(repository, '.tokenroute', 'conformance'))
    .exitOverride();
  program.parse(args, { from: 'user' });
  const { cases, provider, variant, id, output } = program.opts<Arguments>();
  return {
    recordings: findConformanceFolder(cases),
    variants: chooseVariants(variant),
    provider,
    id,
    outputFolder: output,
  };
}
