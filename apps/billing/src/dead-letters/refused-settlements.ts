import { EndRefusal, type Settlement, SettleRequest, type SettleResult } from '@tokenroute/contracts';
import { isWellFormedEnd, tellsUsage } from '../holds/hold-rules.js';

/** Why a message was not charged. `failed` is the only one that may pass by itself. */
export type RefusalReason =
  'undecodable' | 'malformed' | 'conflict' | 'unknown-account' | 'unknown-price' | 'failed';

export type ReplayOutcome = 'charged' | RefusalReason;

/** What is to be kept: a SettleRequest with one settlement, or bytes that are none. */
export interface NewDeadLetter {
  payload: Uint8Array;
  reason: RefusalReason;
}

/** Null also for no settlement at all: unknown fields are skipped, so a foreign payload may look like an empty one. */
export function decodeSettlements(payload: Uint8Array): Settlement[] | null {
  try {
    const { items } = SettleRequest.decode(payload);
    return items.length > 0 ? items : null;
  } catch {
    return null;
  }
}

/** Those of a message that were refused, each by itself: what was charged beside them is not tried again. */
export function refusedSettlements(items: Settlement[], results: SettleResult[]): NewDeadLetter[] {
  return items.flatMap((item, index) => {
    const outcome = outcomeOf(item, results[index]!);
    if (outcome === 'charged') return [];
    return [{ payload: SettleRequest.encode({ items: [item] }).finish(), reason: outcome }];
  });
}

export function outcomeOf(item: Settlement, { outcome }: SettleResult): ReplayOutcome {
  if (outcome?.$case === 'charged') return 'charged';
  if (!isWellFormedEnd(item) || !tellsUsage(item)) return 'malformed';
  switch (outcome?.value) {
    case EndRefusal.END_REFUSAL_CONFLICT:
      return 'conflict';
    case EndRefusal.END_REFUSAL_UNKNOWN_ACCOUNT:
      return 'unknown-account';
    case EndRefusal.END_REFUSAL_UNKNOWN_PRICE:
      return 'unknown-price';
    default:
      return 'failed';
  }
}
