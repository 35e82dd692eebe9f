import type { FactsIndex } from './facts-index.js';

/** What nobody paid for, by reason, in nano-USD. */
export interface HouseLoss {
  byReason: Record<string, bigint>;
  totalNanoUsd: bigint;
  chargedNanoUsd: bigint;
}

/** What the ledger tells, and complete answers that were charged to nobody. */
export function reckonHouseLoss(index: FactsIndex): HouseLoss {
  const byReason: Record<string, bigint> = {};
  const add = (reason: string, amount: bigint) => (byReason[reason] = (byReason[reason] ?? 0n) + amount);
  for (const { reason, amountNanoUsd } of index.facts.books.losses) add(reason, amountNanoUsd);
  const seen = new Set<string>();
  for (const { complete, requestId, question } of index.facts.exchanges) {
    if (!complete || requestId === null || seen.has(requestId)) continue;
    seen.add(requestId);
    const state = index.holdsById.get(requestId)?.state ?? 'expired';
    if (state === 'expired') add('never-charged', index.costsOf(question)[0] ?? 0n);
  }
  return {
    byReason,
    totalNanoUsd: Object.values(byReason).reduce((sum, amount) => sum + amount, 0n),
    chargedNanoUsd: index.facts.books.holds.reduce((sum, hold) => sum + (hold.chargedNanoUsd ?? 0n), 0n),
  };
}
