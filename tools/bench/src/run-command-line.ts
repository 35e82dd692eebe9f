import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { type Part, plan } from './plan.js';
import { regressions } from './regressions.js';
import { report } from './report.js';
import { repository } from './repository.js';
import { runBenchmark } from './run-benchmark.js';
import { summarize } from './summary.js';

interface Arguments {
  quick: boolean;
  only?: Part;
  rounds: number;
  duration: number;
  rate: number;
  accounts: number;
  streams: number;
  profile: boolean;
  gate: boolean;
  output: string;
}

/** @returns the exit code: 0 all as it should be, 1 answers, charges or the ledger were wrong or a bound of the gate was passed, 2 nothing was measured */
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
  const { quick, only, output, rate, accounts, profile, gate } = options;
  try {
    const benchmark = await runBenchmark({
      measurements: plan({
        only,
        durationMs: quick ? 1_000 : options.duration * 1_000,
        openLoopMs: quick ? 2_000 : Math.max(5_000, options.duration * 1_000),
        ratePerSecond: rate,
      }),
      rounds: quick ? 1 : options.rounds,
      warmUpMs: quick ? 1_000 : 3_000,
      accounts,
      openStreams: only === undefined || only === 'stream' ? (quick ? 200 : options.streams) : 0,
      profile,
      outputFolder: output,
      signal,
      log: print,
    });
    const summary = summarize(benchmark.runs);
    if (gate) benchmark.problems.push(...regressions(summary));
    mkdirSync(output, { recursive: true });
    const file = join(output, 'bench.json');
    writeFileSync(file, JSON.stringify({ ...benchmark, summary }, null, 1));
    print(`\n${report(benchmark)}\n\n${file}`);
    return benchmark.problems.length === 0 ? 0 : 1;
  } catch (error) {
    print(signal.aborted ? '✘ interrupted' : `✘ ${(error as Error).stack}`);
    return 2;
  }
}

function readArguments(args: readonly string[]): Arguments {
  const program = new Command('bench')
    .description(
      'Measures the product beside a bare proxy and the upstream itself, and checks what it charged.',
    )
    .option('--quick', 'one short round: whether everything works, in under a minute', false)
    .addOption(new Option('--only <part>', 'only this').choices(['plain', 'open-loop', 'stream']))
    .option('--rounds <number>', 'of which the medians are told', atMost(100), 5)
    .option('--duration <seconds>', 'of each measurement', atMost(600), 5)
    .option('--rate <per second>', 'of the open loop', atMost(10_000), 200)
    .option('--accounts <number>', 'that the load is spread over', atMost(10_000), 100)
    .option('--streams <number>', 'held open to see what they cost', atMost(5_000), 1_000)
    .option('--profile', 'first take CPU profiles of gateway, billing and adapter', false)
    .option('--gate', 'fail when the paid path does far more work than it did', false)
    .option('--output <folder>', 'for bench.json and profiles', join(repository, '.tokenroute', 'bench'))
    .exitOverride();
  program.parse(args, { from: 'user' });
  return program.opts<Arguments>();
}

/** Loads are bounded, so that a slip of the finger is an error and not a stuck machine. */
function atMost(largest: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= 1 && value <= largest) return value;
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${largest}.`);
  };
}
