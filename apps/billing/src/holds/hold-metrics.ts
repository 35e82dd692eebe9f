import { performance } from 'node:perf_hooks';
import { endSpan, meter } from '@tokenroute/service-kit';
import type { SettleOutcome } from './hold.repository.js';
import { beginWriteSpans, type HoldOperation } from './trace-hold.js';

const batchSize = meter.createHistogram('tokenroute.holds.batch.size', {
  unit: '{item}',
  description: 'Items of one batch of holds that was written together',
  advice: { explicitBucketBoundaries: [1, 2, 5, 10, 20, 50, 100, 200] },
});
const batchDuration = meter.createHistogram('tokenroute.holds.batch.duration', {
  unit: 's',
  description: 'Time to write one batch of holds',
  advice: { explicitBucketBoundaries: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5] },
});
const expired = meter.createCounter('tokenroute.holds.expired', {
  unit: '{hold}',
  description: 'Holds that nobody ended in time',
});
const refused = meter.createCounter('tokenroute.settlements.refused', {
  unit: '{settlement}',
  description: 'Settlements that were refused for good, by outcome',
});
// A counter is a float: exact up to 9 million USD in one life of a process. The ledger is the truth, this shows its pace.
const charged = meter.createCounter('tokenroute.settlements.charged', {
  unit: '{nano_usd}',
  description: 'Charged to customers, repeated settlements included',
});
const lost = meter.createCounter('tokenroute.settlements.lost', {
  unit: '{nano_usd}',
  description: 'Cost that customers could not be charged for, repeated settlements included',
});

const attributes = {
  reserve: { operation: 'reserve' },
  settle: { operation: 'settle' },
  release: { operation: 'release' },
} as const satisfies Record<HoldOperation, object>;

// A counter that is there from the start shows its first event as a step, not as a beginning.
for (const counter of [expired, charged, lost]) counter.add(0);
for (const outcome of ['conflict', 'unknown-account']) refused.add(0, { outcome });

/** The same write, measured once for each batch: how many items, and how long; with a span in the traces of its items. */
export function measuredWrite<Item extends { traceparent?: string | undefined }, Result>(
  operation: HoldOperation,
  write: (items: Item[]) => Promise<Result[]>,
): (items: Item[]) => Promise<Result[]> {
  return async (items) => {
    const startedAt = performance.now();
    const spans = beginWriteSpans(operation, items);
    try {
      return await write(items);
    } finally {
      batchSize.record(items.length, attributes[operation]);
      batchDuration.record((performance.now() - startedAt) / 1_000, attributes[operation]);
      for (const span of spans) endSpan(span);
    }
  };
}

export function countExpired(holds: number): void {
  expired.add(holds);
}

/** Counts a batch of settlements as the ledger took it. */
export function countSettlements(outcomes: readonly SettleOutcome[]): void {
  let paid = 0n;
  let unpaid = 0n;
  for (const row of outcomes) {
    if (row.outcome === 'charged') {
      paid += row.charged_nano_usd!;
      unpaid += row.cost_nano_usd - row.charged_nano_usd!;
    } else {
      refused.add(1, { outcome: row.outcome });
    }
  }
  charged.add(Number(paid));
  lost.add(Number(unpaid));
}
