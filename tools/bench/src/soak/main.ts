import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { positiveNumber, runTool, type ToolContext } from '@tokenroute/tool-command';
import { Command } from 'commander';
import { repository } from '../repository.js';
import { runSoak } from './run-soak.js';
import { soakReport } from './soak-report.js';

interface Arguments {
  hours: number;
  rate: number;
  output: string;
}

/** @returns whether it is flat */
async function soak(options: Arguments, { signal, print }: ToolContext): Promise<boolean> {
  const { hours, rate, output } = options;
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
  return run.findings.every(({ ok }) => ok);
}

const command = new Command('soak')
  .description('Keeps the product busy for hours, and judges whether it stays as it was.')
  .requiredOption('--hours <number>', 'may be a part of one: 0.1', positiveNumber(168))
  .option('--rate <per second>', 'requests in all', positiveNumber(500), 50)
  .option('--output <folder>', 'for the report', join(repository, '.tokenroute', 'soak'));

await runTool(command, soak);
