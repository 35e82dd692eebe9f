import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { childrenOf, type Watched } from './processor-time.js';

/**
 * Gives the product the first core and the load the others: a generator that takes the processor from what it measures would
 * measure itself. @returns what was done, for the report
 */
export function pinProcesses(product: readonly Watched[], load: readonly number[]): string {
  const cores = availableParallelism();
  if (cores < 2) return 'product and load share one core';
  try {
    for (const { pid, withChildren } of product) {
      for (const each of withChildren ? [pid, ...childrenOf(pid)] : [pid]) pin(each, '0');
    }
    for (const pid of load) pin(pid, cores === 2 ? '1' : `1-${cores - 1}`);
  } catch (error) {
    return `product and load share ${cores} cores (${(error as Error).message.split('\n')[0]})`;
  }
  return `the product has one core, load and provider the other ${cores - 1}`;
}

function pin(pid: number, cores: string): void {
  execFileSync('taskset', ['--all-tasks', '--pid', '--cpu-list', cores, String(pid)], { stdio: 'pipe' });
}
