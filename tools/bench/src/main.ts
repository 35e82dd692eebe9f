import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runTool, type ToolContext, wholeNumber } from '@tokenroute/tool-command';
import { Command, Option } from 'commander';
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
  warmUp: number;
  rate: number;
  accounts: number;
  gateways: number;
  streams: number;
  keepMinutes: number;
  profile: boolean;
  gate: boolean;
  output: string;
}

/** @returns false when answers, charges or the ledger were wrong, or a bound of the gate was passed */
async function bench(options: Arguments, { signal, print }: ToolContext): Promise<boolean> {
  const { quick, only, output, rate, accounts, gateways, profile, gate } = options;
  const benchmark = await runBenchmark({
    measurements: plan({
      only,
      durationMs: quick ? 1_000 : options.duration * 1_000,
      openLoopMs: quick ? 2_000 : Math.max(5_000, options.duration * 1_000),
      ratePerSecond: rate,
    }),
    rounds: quick ? 1 : options.rounds,
    warmUpMs: quick ? 1_000 : options.warmUp * 1_000,
    accounts,
    gateways,
    openStreams: only === undefined || only === 'stream' ? (quick ? 200 : options.streams) : 0,
    keepStreamsMs: options.keepMinutes * 60_000,
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
  return benchmark.problems.length === 0;
}

const command = new Command('bench')
  .description(
    'Measures the product beside a bare proxy and the upstream itself, and checks what it charged.',
  )
  .option('--quick', 'one short round: whether everything works, in under a minute', false)
  .addOption(new Option('--only <part>', 'only this').choices(['plain', 'open-loop', 'stream']))
  .option('--rounds <number>', 'of which the medians are told', wholeNumber(100), 5)
  .option('--duration <seconds>', 'of each measurement', wholeNumber(600), 5)
  .option('--warm-up <seconds>', 'of each kind of load, before anything is measured', wholeNumber(600), 3)
  .option('--rate <per second>', 'of the open loop', wholeNumber(10_000), 200)
  .option('--accounts <number>', 'that the load is spread over', wholeNumber(10_000), 100)
  .option('--gateways <number>', 'processes that the load is spread over', wholeNumber(8), 1)
  .option('--streams <number>', 'held open to see what they cost', wholeNumber(5_000), 1_000)
  .option('--keep-minutes <number>', 'that they are kept open', wholeNumber(600, 0), 0)
  .option('--profile', 'first take CPU profiles of gateway, billing and adapter', false)
  .option('--gate', 'fail when the paid path does far more work than it did', false)
  .option('--output <folder>', 'for bench.json and profiles', join(repository, '.tokenroute', 'bench'));

await runTool(command, bench);
