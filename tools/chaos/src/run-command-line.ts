import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { toJson, toMarkdown } from './report/report.js';
import { repository } from './repository.js';
import { runChaos } from './run-chaos.js';
import { chaosProviders } from './system/linked-services.js';
import { withRunFolder } from './run-folder.js';
import { type FaultKind, faultKinds } from './schedule/fault.js';

interface Arguments {
  seed: number;
  minutes: number;
  clients: number;
  recovery: number;
  leastSuccess: number;
  faults?: FaultKind[];
  output: string;
}

/** @returns the exit code: 0 clean, 1 a promise was broken, 2 nothing was tried */
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
  const { seed, minutes, clients, recovery, leastSuccess, faults, output } = options;
  const begin = Date.now();
  const run = await withRunFolder(output, async (folder) => {
    const outcome = await runChaos({
      seed,
      faultsMs: minutes * 60_000,
      kinds: faults,
      clients,
      providers: chaosProviders,
      accounts: { rich: 40, poor: 10 },
      recoveryMs: recovery * 1_000,
      leastSuccessPerMille: leastSuccess * 10,
      restMs: 180_000,
      product: repository,
      folder,
      signal,
      say: (line) => print(`${((Date.now() - begin) / 1_000).toFixed(1).padStart(6)} s  ${line}`),
    });
    return { outcome, keepLogs: outcome.judgement.violations.length > 0 };
  });
  mkdirSync(output, { recursive: true });
  writeFileSync(join(output, `seed-${seed}.json`), toJson(run));
  const markdown = toMarkdown(run);
  writeFileSync(join(output, `seed-${seed}.md`), markdown);
  print(markdown);
  return run.judgement.violations.length === 0 ? 0 : 1;
}

function readArguments(args: readonly string[]): Arguments {
  const command = new Command('chaos')
    .description(
      'Runs the whole product under load, breaks it, and checks that every promise about money holds.',
    )
    .addOption(
      new Option('--seed <n>', 'decides what is broken when; drawn and told when left out')
        .argParser(wholeNumber)
        .default(Math.floor(Math.random() * 1_000_000)),
    )
    .addOption(new Option('--minutes <n>', 'for how long').argParser(positive).default(3))
    .addOption(new Option('--clients <n>', 'who ask at the same time').argParser(wholeNumber).default(16))
    .addOption(
      new Option('--recovery <s>', 'seconds after which everything has to succeed again')
        .argParser(positive)
        .default(30),
    )
    .addOption(
      new Option('--least-success <percent>', 'of the requests after that').argParser(positive).default(99.9),
    )
    .addOption(new Option('--faults <kinds>', 'only these, with commas between').argParser(faultList))
    .addOption(
      new Option('--output <folder>', 'takes the report').default(join(repository, '.tokenroute', 'chaos')),
    )
    .exitOverride();
  return command.parse(args, { from: 'user' }).opts<Arguments>();
}

function faultList(text: string): FaultKind[] {
  const kinds = text.split(',');
  const unknown = kinds.find((kind) => !faultKinds.includes(kind as FaultKind));
  if (unknown !== undefined) throw new InvalidArgumentError(`there are ${faultKinds.join(', ')}`);
  return kinds as FaultKind[];
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('must be a whole number');
  return Number(text);
}

function positive(text: string): number {
  const number = Number(text);
  if (!(number > 0 && number <= 10_000)) throw new InvalidArgumentError('must be a number above 0');
  return number;
}
