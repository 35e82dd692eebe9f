import { mkdirSync, writeFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { withRunFolder } from '@tokenroute/chaos';
import { runTool, type ToolContext, wholeNumber } from '@tokenroute/tool-command';
import { Command } from 'commander';
import { caseOf } from './case-of.js';
import { startFuzzSystem } from './fuzz-system.js';
import { judgeExchange } from './oracle/judge-exchange.js';
import { judgeServices } from './oracle/judge-services.js';
import { isClean, toText } from './report.js';
import { repository } from './repository.js';
import { runFuzz, sendCase } from './run-fuzz.js';

interface Arguments {
  seed: number;
  cases: number;
  seconds?: number;
  only?: number;
  output: string;
}

/** @returns whether it is clean; otherwise the product did what no client may make it do */
async function fuzz(options: Arguments, { signal, print }: ToolContext): Promise<boolean> {
  const { output } = options;
  mkdirSync(output, { recursive: true });
  return withRunFolder(output, async (folder) => {
    print('starting the servers and the product');
    const system = await startFuzzSystem(folder);
    try {
      const outcome =
        options.only === undefined
          ? await runAll(system, options, signal, print)
          : await replay(system, options.seed, options.only, print);
      return { outcome, keepLogs: !outcome };
    } finally {
      await system.stop();
    }
  });
}

type System = Awaited<ReturnType<typeof startFuzzSystem>>;

async function runAll(
  system: System,
  { seed, cases, seconds, output }: Arguments,
  signal: AbortSignal,
  print: (text: string) => void,
): Promise<boolean> {
  const mostMs = seconds === undefined ? null : seconds * 1_000;
  const report = await runFuzz(system, { seed, cases, mostMs, signal, say: print });
  const file = join(output, `seed-${seed}.json`);
  writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  print(`${toText(report)}\n${file}`);
  return isClean(report);
}

/** Sends one case alone, and tells all about it. */
async function replay(
  system: System,
  seed: number,
  index: number,
  print: (text: string) => void,
): Promise<boolean> {
  const sent = caseOf(seed, index);
  const agent = new Agent();
  const exchange = await sendCase(system, agent, sent);
  agent.destroy();
  const bytes = sent.kind === 'chat' ? sent.body : Buffer.concat(sent.pieces);
  print(`case ${index} (${sent.kind}): ${sent.what}`);
  if (sent.kind === 'chat') print(sent.headers.map((header) => header.join(': ')).join('\n'));
  print(`${bytes.length} bytes:\n${bytes.toString('utf8').slice(0, 4_000)}`);
  const took = exchange.endedAtUnixMs - exchange.beganAtUnixMs;
  for (const { status, headers, body } of exchange.answers) {
    print(`${status} after ${took} ms\n${JSON.stringify(headers)}\n${body.slice(0, 4_000)}`);
  }
  const problems = [...judgeExchange(exchange), ...judgeServices(system.services)];
  print(problems.length === 0 ? 'clean' : problems.map((problem) => `✘ ${problem}`).join('\n'));
  return problems.length === 0;
}

const command = new Command('fuzz')
  .description('Sends hostile requests to the whole product, and checks what no client may make it do.')
  .option(
    '--seed <n>',
    'decides what is sent; drawn and told when left out',
    wholeNumber(999_999_999, 0),
    Math.floor(Math.random() * 1_000_000),
  )
  .option('--cases <n>', 'how many', wholeNumber(100_000_000), 20_000)
  .option('--seconds <n>', 'ends it earlier', wholeNumber(1_000_000))
  .option('--only <case>', 'sends this one and tells all about it', wholeNumber(100_000_000, 0))
  .option('--output <folder>', 'takes the report', join(repository, '.tokenroute', 'fuzz'));

await runTool(command, fuzz);
