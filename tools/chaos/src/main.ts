import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { positiveNumber, runTool, type ToolContext, wholeNumber } from '@tokenroute/tool-command';
import { Command, InvalidArgumentError } from 'commander';
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

/** @returns whether every promise held */
async function chaos(options: Arguments, { signal, print }: ToolContext): Promise<boolean> {
  const { seed, minutes, clients, recovery, leastSuccess, faults, output } = options;
  const begin = Date.now();
  const run = await withRunFolder(output, async (folder) => {
    const outcome = await runChaos({
      seed,
      faultsMs: minutes * 60_000,
      kinds: faults,
      clients,
      providers: chaosProviders,
      accounts: { rich: 40, poor: 10, poorShare: 0.1 },
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
  return run.judgement.violations.length === 0;
}

function faultList(text: string): FaultKind[] {
  const kinds = text.split(',');
  const unknown = kinds.find((kind) => !faultKinds.includes(kind as FaultKind));
  if (unknown !== undefined) throw new InvalidArgumentError(`there are ${faultKinds.join(', ')}`);
  return kinds as FaultKind[];
}

const command = new Command('chaos')
  .description(
    'Runs the whole product under load, breaks it, and checks that every promise about money holds.',
  )
  .option(
    '--seed <n>',
    'decides what is broken when; drawn and told when left out',
    wholeNumber(999_999_999, 0),
    Math.floor(Math.random() * 1_000_000),
  )
  .option('--minutes <n>', 'for how long', positiveNumber(10_000), 3)
  .option('--clients <n>', 'who ask at the same time', wholeNumber(10_000), 16)
  .option('--recovery <s>', 'seconds after which everything has to succeed again', positiveNumber(10_000), 30)
  .option('--least-success <percent>', 'of the requests after that', positiveNumber(100), 99.9)
  .option('--faults <kinds>', 'only these, with commas between', faultList)
  .option('--output <folder>', 'takes the report', join(repository, '.tokenroute', 'chaos'));

await runTool(command, chaos);
