import { repository } from '../repository.js';
import { runChaos } from '../run-chaos.js';
import { withRunFolder } from '../run-folder.js';
import type { Mutant } from './mutant.js';
import { copyProduct } from './product-copy.js';

export interface MutantResult {
  name: string;
  /** The violation that gave it away; null: nobody noticed. */
  caughtBy: string | null;
  violations: number;
  seconds: number;
}

/** Violations of a mutant that was not caught: what gave it away instead. */
const mostTold = 5;

/** The product as it is: nothing of what catches a mutant may be found in it. */
export const unchanged = 'none: the product as it is';

export function control(mutants: readonly Mutant[]): Mutant {
  const caughtBy = new RegExp(mutants.map((mutant) => mutant.caughtBy.source).join('|'));
  return { name: unchanged, patches: [], caughtBy, seed: 1, faultsMs: 40_000 };
}

/** Runs each mutant for a short time. */
export async function runMutants(
  mutants: readonly Mutant[],
  output: string,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<MutantResult[]> {
  const results: MutantResult[] = [];
  for (const mutant of mutants) {
    if (signal.aborted) break;
    const begin = Date.now();
    const violations = await violationsOf(mutant, output, signal, say);
    const result = {
      name: mutant.name,
      caughtBy: violations.find((violation) => mutant.caughtBy.test(violation)) ?? null,
      violations: violations.length,
      seconds: Math.round((Date.now() - begin) / 1_000),
    };
    results.push(result);
    say(`${result.caughtBy === null ? 'not caught' : 'caught'}: ${mutant.name} (${result.seconds} s)`);
    if (result.caughtBy === null)
      for (const violation of violations.slice(0, mostTold)) say(`  ${violation}`);
  }
  return results;
}

/** Whether every mutant was caught, and nothing in the product as it is. */
export function areAllCaught(results: readonly MutantResult[]): boolean {
  return results.every(({ name, caughtBy }) => (name === unchanged) === (caughtBy === null));
}

function violationsOf(
  mutant: Mutant,
  output: string,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<string[]> {
  return withRunFolder(output, async (folder) => {
    const product = copyProduct(repository, folder, mutant.patches);
    const { judgement } = await runChaos({
      seed: mutant.seed,
      faultsMs: mutant.faultsMs,
      kinds: mutant.kinds,
      schedule: mutant.schedule,
      clients: 12,
      providers: ['openai'],
      // Few, so that several ask for the money of one at the same time.
      accounts: { rich: 8, poor: 1, poorShare: mutant.poorShare ?? 0.1 },
      recoveryMs: 10_000,
      leastSuccessPerMille: 900,
      restMs: 30_000,
      product,
      folder,
      signal,
      say: (line) => say(`    ${line}`),
    });
    return { outcome: judgement.violations, keepLogs: false };
  });
}
