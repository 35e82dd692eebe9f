import { join } from 'node:path';
import { repository } from '../repository.js';
import { mutants } from './mutants.js';
import { areAllCaught, control, type MutantResult, runMutants } from './run-mutants.js';

/** `npm run chaos:mutants [-- WORD …]`: all, or those whose name has one of the words. */
const words = process.argv.slice(2);
const wanted = [control(mutants), ...mutants].filter(
  ({ name }) => words.length === 0 || words.some((word) => name.includes(word)),
);
const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupted.abort());

const output = join(repository, '.tokenroute', 'chaos');
const results = await runMutants(wanted, output, interrupted.signal, console.log);
console.log(toTable(results));
process.exitCode = results.length === wanted.length && areAllCaught(results) ? 0 : 1;

function toTable(rows: readonly MutantResult[]): string {
  const lines = rows.map(
    ({ name, caughtBy, violations }) => `| ${name} | ${caughtBy ?? 'nothing'} | ${violations} |`,
  );
  return ['| mutant | given away by | violations |', '| - | - | - |', ...lines].join('\n');
}
