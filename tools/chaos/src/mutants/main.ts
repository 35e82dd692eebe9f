import { join } from 'node:path';
import { runTool } from '@tokenroute/tool-command';
import { Command } from 'commander';
import { repository } from '../repository.js';
import { mutants } from './mutants.js';
import { areAllCaught, control, type MutantResult, runMutants } from './run-mutants.js';

function toTable(rows: readonly MutantResult[]): string {
  const lines = rows.map(
    ({ name, caughtBy, violations }) => `| ${name} | ${caughtBy ?? 'nothing'} | ${violations} |`,
  );
  return ['| mutant | given away by | violations |', '| - | - | - |', ...lines].join('\n');
}

const command = new Command('chaos:mutants')
  .description(
    'Breaks the product on purpose, one way at a time, and checks that a chaos run gives each away.',
  )
  .argument('[words...]', 'only those whose name has one of the words');

await runTool(command, async (_options, { signal, print }) => {
  const words = command.args;
  const wanted = [control(mutants), ...mutants].filter(
    ({ name }) => words.length === 0 || words.some((word) => name.includes(word)),
  );
  if (wanted.length === 0) throw new Error(`no mutant's name has ${words.join(' or ')} in it`);
  const results = await runMutants(wanted, join(repository, '.tokenroute', 'chaos'), signal, print);
  print(toTable(results));
  return results.length === wanted.length && areAllCaught(results);
});
