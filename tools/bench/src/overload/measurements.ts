import { refused } from '../answer-reader.js';
import { answersServed } from '../expected-charges.js';
import type { LoadResult } from '../orders.js';
import type { GatewayNumbers } from './gateway-numbers.js';
import type { TwoProviderRig } from '../two-provider-rig.js';

/** A figure and what it has to be. */
export interface Figure {
  what: string;
  measured: string;
  /** Absent: told, not judged. */
  bound?: string;
  ok: boolean;
}

export const told = (what: string, measured: string): Figure => ({ what, measured, ok: true });

export const judged = (what: string, measured: string, bound: string, ok: boolean): Figure => ({
  what,
  measured,
  bound,
  ok,
});

export const ms = (value: number) => `${value.toFixed(value < 10 ? 1 : 0)} ms`;
export const perSecond = (value: number) => `${value.toFixed(0)}/s`;
export const percent = (share: number) => `${(100 * share).toFixed(share > 0.99 && share < 1 ? 2 : 0)} %`;

export const refusedOf = ({ failures }: LoadResult) => failures[refused] ?? 0;

/** Whatever is neither a complete answer nor a refusal as it should be. */
export function othersOf(...loads: LoadResult[]): Record<string, number> {
  const others: Record<string, number> = {};
  for (const { failures } of loads) {
    for (const [failure, count] of Object.entries(failures)) {
      if (failure !== refused) others[failure] = (others[failure] ?? 0) + count;
    }
  }
  return others;
}

export function refusedBetween(before: GatewayNumbers, after: GatewayNumbers, reason: string): number {
  return (after.refusals[reason] ?? 0) - (before.refusals[reason] ?? 0);
}

/** The oracle's account of a piece of work: holds, answers and charges have to agree. */
export class Books {
  private constructor(
    private readonly rig: TwoProviderRig,
    private readonly holdsBefore: number,
  ) {}

  static async open(rig: TwoProviderRig): Promise<Books> {
    await rig.customers.takeSpent();
    await rig.takeServed();
    return new Books(rig, await rig.countHolds());
  }

  /** @param loads all that was asked since they were opened */
  async close(...loads: LoadResult[]): Promise<Figure[]> {
    // Waits until nothing is held any more.
    const charged = await this.rig.customers.takeSpent();
    const { fast, slow, expected: costs } = await this.rig.takeServed();
    const expected = costs.fast + costs.slow;
    const holds = (await this.rig.countHolds()) - this.holdsBefore;
    const answers = loads.reduce((sum, load) => sum + load.answers, 0);
    const served = answersServed(fast) + answersServed(slow);
    const refusals = loads.reduce((sum, load) => sum + refusedOf(load), 0);
    const others = othersOf(...loads);
    return [
      judged(
        'neither answered nor refused',
        Object.keys(others).length === 0 ? 'none' : JSON.stringify(others),
        'none',
        Object.keys(others).length === 0,
      ),
      judged(
        'holds taken',
        `${holds} for ${answers} answers and ${refusals} refusals`,
        'one for each answer',
        holds === answers,
      ),
      judged('served by the providers', String(served), 'one for each answer', served === answers),
      judged(
        'charged, nano-USD',
        String(charged),
        charged === expected ? 'what was served' : String(expected),
        charged === expected,
      ),
    ];
  }
}
