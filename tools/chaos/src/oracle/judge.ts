import { type Facts, FactsIndex } from './facts-index.js';
import { type HouseLoss, reckonHouseLoss } from './house-loss.js';
import { countOutcomes, judgeAnswers } from './judge-answers.js';
import { judgeHolds } from './judge-holds.js';
import { judgeMoney } from './judge-money.js';
import { judgeRecovery, type Recovery, type RecoveryBounds } from './judge-recovery.js';
import { judgeRevocations } from './judge-revocations.js';

export interface Judgement {
  /** Empty: the system kept all its promises. */
  violations: string[];
  /** Those of them that want of time does not explain: money that is wrong. */
  aboutMoney: string[];
  /** Exchanges by how they ended. */
  outcomes: Record<string, number>;
  /** Holds by state. */
  holds: Record<string, number>;
  houseLoss: HouseLoss;
  recovery: Omit<Recovery, 'violations'>;
}

/** What was seen while it ran. */
interface Seen {
  brokenBooks: readonly string[];
  problems: readonly string[];
}

/** In thousandths of what was charged. */
const mostLossPerMille = 5n;
/** Below it one lost answer among few is more than the bound, and says nothing. */
const leastChargesForTheBound = 5_000;

/** Everything that is asserted at the end, with the figures behind it. */
export function judge(facts: Facts, run: RecoveryBounds & Seen): Judgement {
  const index = new FactsIndex(facts);
  const { violations: late, ...recovery } = judgeRecovery(facts.exchanges, run);
  const houseLoss = reckonHouseLoss(index);
  const holds = countBy(facts.books.holds.map(({ state }) => state));
  const aboutMoney = [
    ...run.brokenBooks,
    ...judgeMoney(index),
    ...judgeHouseLoss(houseLoss, holds['settled'] ?? 0),
  ];
  return {
    violations: [
      ...run.problems,
      ...aboutMoney,
      ...judgeHolds(index),
      ...judgeAnswers(index),
      ...judgeRevocations(index),
      ...late,
    ],
    aboutMoney,
    outcomes: countOutcomes(facts.exchanges),
    holds,
    houseLoss,
    recovery,
  };
}

function judgeHouseLoss({ totalNanoUsd, chargedNanoUsd }: HouseLoss, charges: number): string[] {
  if (charges < leastChargesForTheBound) return [];
  return totalNanoUsd * 1_000n > chargedNanoUsd * mostLossPerMille
    ? [`the house bore ${totalNanoUsd} of ${chargedNanoUsd} nano-USD`]
    : [];
}

function countBy(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}
