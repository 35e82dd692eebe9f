import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { repository } from '../repository.js';
import { runSoak } from './run-soak.js';
import { soakReport } from './soak-report.js';

interface Arguments {
  hours: number;
  rate: number;
  output: string;
}

/** @returns the exit code: 0 flat, 1 not, 2 nothing was measured */
export async function runCommandLine(
  args: readonly string[],
  signal: AbortSignal,
  print: (text: string) => void,
): Promise<number> {
  let options: Arguments;
  try {
    options = readArguments(args);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
  const { hours, rate, output } = options;
  try {
    const run = await runSoak({
      durationMs: hours * 3_600_000,
      rates: { plain: 0.8 * rate, streams: 0.1 * rate, leaving: 0.05 * rate, failing: 0.05 * rate },
      accounts: 50,
      outputFolder: output,
      signal,
      log: print,
    });
    mkdirSync(output, { recursive: true });
    const text = soakReport(run);
    writeFileSync(join(output, 'soak.json'), JSON.stringify(run, null, 1));
    writeFileSync(join(output, 'soak.md'), `${text}\n`);
    print(`\n${text}\n\n${join(output, 'soak.md')}`);
    return run.findings.every(({ ok }) => ok) ? 0 : 1;
  } catch (error) {
    print(`✘ ${(error as Error).stack}`);
    return 2;
  }
}

function readArguments(args: readonly string[]): Arguments {
  const program = new Command('soak')
    .description('Keeps the product busy for hours, and judges whether it stays as it was.')
    .requiredOption('--hours <number>', 'may be a part of one: 0.1', upTo(168))
    .option('--rate <per second>', 'requests in all', upTo(500), 50)
    .option('--output <folder>', 'for the report', join(repository, '.tokenroute', 'soak'))
    .exitOverride();
  program.parse(args, { from: 'user' });
  return program.opts<Arguments>();
}

function upTo(largest: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (value > 0 && value <= largest) return value;
    throw new InvalidArgumentError(`It must be a number above 0, ${largest} at most.`);
  };
}
