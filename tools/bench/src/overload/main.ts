import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runTool, type ToolContext } from '@tokenroute/tool-command';
import { Command } from 'commander';
import { repository } from '../repository.js';
import { overloadReport, partReport } from './overload-report.js';
import { runOverload } from './run-overload.js';

interface Arguments {
  quick: boolean;
  output: string;
}

const fully = {
  durationMs: 8_000,
  peakMs: 20_000,
  overloadMs: 60_000,
  // The gateway's own default of places.
  slowProvider: { places: 2_000, delayMs: 20_000, ratePerSecond: 150 },
};
const quickly = {
  durationMs: 4_000,
  peakMs: 8_000,
  overloadMs: 15_000,
  slowProvider: { places: 1_200, delayMs: 8_000, ratePerSecond: 300 },
};

/** @returns whether every bound holds */
async function overload(options: Arguments, { signal, print }: ToolContext): Promise<boolean> {
  const { quick, output } = options;
  const run = await runOverload({
    ...(quick ? quickly : fully),
    accounts: 100,
    slowHeaders: 5_000,
    stalledReaders: 1_000,
    outputFolder: output,
    signal,
    log: print,
    onPart: (part) => print(`\n${partReport(part)}\n`),
  });
  mkdirSync(output, { recursive: true });
  const text = overloadReport(run);
  writeFileSync(join(output, 'overload.json'), JSON.stringify(run, null, 1));
  writeFileSync(join(output, 'overload.md'), `${text}\n`);
  print(`\n${text}\n\n${join(output, 'overload.md')}`);
  return run.parts.every(({ figures }) => figures.every(({ ok }) => ok));
}

const command = new Command('overload')
  .description('Gives the product more than it can do, and judges what becomes of it.')
  .option('--quick', 'short loads: a quarter of a minute at twice the peak', false)
  .option('--output <folder>', 'for the report', join(repository, '.tokenroute', 'overload'));

await runTool(command, overload);
