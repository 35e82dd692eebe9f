import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { CpuShares } from './cpu-shares.js';
import { childrenOf, type Watched } from './processor-time.js';

/** The services' CPU requests in k8s/, in thousandths of a core. */
export const gatewayCpuRequest = 500;
export const serviceCpuRequest = 250;
/** PostgreSQL has servers of its own there; here it weighs as much as the gateway, whose work and its own are about the same. */
const weights: Readonly<Record<string, number>> = { gateway: gatewayCpuRequest, postgres: gatewayCpuRequest };

export interface Placing {
  /** What was done, for the report. */
  text: string;
  /** To be called when the processes have been ended. */
  end(): Promise<void>;
}

/**
 * Gives the product the first core and the load the others: a generator that takes the processor from what it measures would
 * measure itself. On its core the product's processes are weighed as Kubernetes weighs services.
 */
export function placeProcesses(product: readonly Watched[], load: readonly number[]): Placing {
  const shares = new CpuShares();
  const cores = availableParallelism();
  const text = [
    told(() => pinAll(product, load, cores), `product and load share ${cores} core(s)`),
    told(() => weigh(product, shares), 'all sessions weigh the same'),
  ].join('; ');
  return { text, end: () => shares.end() };
}

/** @returns what was done, or what is so because it could not be done, with the reason */
function told(place: () => string, otherwise: string): string {
  try {
    return place();
  } catch (error) {
    return `${otherwise} (${(error as Error).message.split('\n')[0]})`;
  }
}

function pinAll(product: readonly Watched[], load: readonly number[], cores: number): string {
  if (cores < 2) throw new Error('there is one');
  for (const pid of product.flatMap(pidsOf)) pin(pid, '0');
  for (const pid of load) pin(pid, cores === 2 ? '1' : `1-${cores - 1}`);
  return `the product has one core, load and provider the other ${cores - 1}`;
}

function pin(pid: number, cores: string): void {
  execFileSync('taskset', ['--all-tasks', '--pid', '--cpu-list', cores, String(pid)], { stdio: 'pipe' });
}

function weigh(product: readonly Watched[], shares: CpuShares): string {
  for (const watched of product)
    shares.give(watched.name, pidsOf(watched), weights[watched.name] ?? serviceCpuRequest);
  return 'there the gateway and PostgreSQL have the weight of two other processes each';
}

function pidsOf({ pid, withChildren }: Watched): number[] {
  return withChildren ? [pid, ...childrenOf(pid)] : [pid];
}
