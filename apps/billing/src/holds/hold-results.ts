import {
  EndRefusal,
  type ReleaseResult,
  ReserveRefusal,
  type ReserveResult,
  type SettleResult,
  type Usage,
} from '@tokenroute/contracts';
import { costItems } from '../pricing/cost-items.js';
import type { Price } from '../pricing/price.js';
import type { ReleaseOutcome, ReserveOutcome, SettleOutcome } from './hold.repository.js';

export function reserveRefused(reason: ReserveRefusal): ReserveResult {
  return { outcome: { $case: 'refused', value: reason } };
}

export function endRefused(reason: EndRefusal): { outcome: { $case: 'refused'; value: EndRefusal } } {
  return { outcome: { $case: 'refused', value: reason } };
}

export function toReserveResult(row: ReserveOutcome): ReserveResult {
  switch (row.outcome) {
    case 'held':
      return {
        outcome: {
          $case: 'held',
          value: {
            amountNanoUsd: row.amount_nano_usd,
            priceId: row.price_id,
            pricePlanId: row.price_plan_id ?? undefined,
          },
        },
      };
    case 'maximum-exceeded':
      return {
        outcome: { $case: 'maximumExceeded', value: { ceilingNanoUsd: row.amount_nano_usd } },
      };
    case 'insufficient-funds':
      return {
        outcome: {
          $case: 'insufficientFunds',
          value: { ceilingNanoUsd: row.amount_nano_usd, availableNanoUsd: row.available_nano_usd! },
        },
      };
    case 'budget-exceeded':
      return {
        outcome: {
          $case: 'budgetExceeded',
          value: { ceilingNanoUsd: row.amount_nano_usd, leftNanoUsd: row.available_nano_usd! },
        },
      };
    case 'already-settled':
      return { outcome: { $case: 'alreadySettled', value: {} } };
    case 'account-frozen':
      return reserveRefused(ReserveRefusal.RESERVE_REFUSAL_ACCOUNT_FROZEN);
    case 'in-progress':
      return reserveRefused(ReserveRefusal.RESERVE_REFUSAL_IN_PROGRESS);
    case 'unknown-account':
      return reserveRefused(ReserveRefusal.RESERVE_REFUSAL_UNKNOWN_ACCOUNT);
    case 'conflict':
      return reserveRefused(ReserveRefusal.RESERVE_REFUSAL_CONFLICT);
    case 'ended':
      return reserveRefused(ReserveRefusal.RESERVE_REFUSAL_ENDED);
    default:
      return row.outcome satisfies never;
  }
}

/** @param priced the usage that was settled and the price its hold pinned */
export function toSettleResult(row: SettleOutcome, priced: { usage: Usage; price: Price }): SettleResult {
  switch (row.outcome) {
    case 'charged':
      return {
        outcome: {
          $case: 'charged',
          value: {
            costNanoUsd: row.cost_nano_usd,
            chargedNanoUsd: row.charged_nano_usd!,
            items: costItems(priced.usage, priced.price, row.used_at),
          },
        },
      };
    case 'conflict':
      return endRefused(EndRefusal.END_REFUSAL_CONFLICT);
    case 'unknown-account':
      return endRefused(EndRefusal.END_REFUSAL_UNKNOWN_ACCOUNT);
    default:
      return row.outcome satisfies never;
  }
}

export function toReleaseResult(row: ReleaseOutcome): ReleaseResult {
  switch (row.outcome) {
    case 'released':
      return { outcome: { $case: 'released', value: {} } };
    case 'conflict':
      return endRefused(EndRefusal.END_REFUSAL_CONFLICT);
    case 'unknown-account':
      return endRefused(EndRefusal.END_REFUSAL_UNKNOWN_ACCOUNT);
    default:
      return row.outcome satisfies never;
  }
}
