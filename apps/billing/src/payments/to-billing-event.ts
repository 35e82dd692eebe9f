import type { BillingEvent } from '@tokenroute/contracts';

/** A row of the outbox. */
export interface BillingEventRow {
  sequence: bigint;
  id: string;
  account_id: string;
  kind: BillingEventKind;
  /** Amounts as text. */
  details: Record<string, unknown>;
  created_at: Date;
}

export type BillingEventKind =
  | 'topped-up'
  | 'refunded'
  | 'disputed'
  | 'reversed'
  | 'frozen'
  | 'unfrozen'
  | 'balance-low'
  | 'automatic-top-up-failed';

export function toBillingEvent(row: BillingEventRow): BillingEvent {
  return {
    id: row.id,
    accountId: row.account_id,
    createdAt: row.created_at,
    event: toEvent(row.kind, row.details),
  };
}

function toEvent(kind: BillingEventKind, details: Record<string, unknown>): BillingEvent['event'] {
  const text = (name: string) => String(details[name] ?? '');
  const amount = (name: string) => BigInt(text(name));
  const amountNanoUsd = () => amount('amount_nano_usd');
  const paymentId = text('payment_id');
  switch (kind) {
    case 'topped-up': {
      const automatic = details['automatic'] === true;
      const balanceNanoUsd = amount('balance_nano_usd');
      return {
        $case: 'toppedUp',
        value: { paymentId, amountNanoUsd: amountNanoUsd(), automatic, balanceNanoUsd },
      };
    }
    case 'refunded':
    case 'disputed': {
      const notCoveredNanoUsd = amount('not_covered_nano_usd');
      return { $case: kind, value: { paymentId, amountNanoUsd: amountNanoUsd(), notCoveredNanoUsd } };
    }
    case 'reversed': {
      const givenBackNanoUsd = amount('given_back_nano_usd');
      return { $case: 'reversed', value: { paymentId, what: text('what'), givenBackNanoUsd } };
    }
    case 'frozen':
      return { $case: 'frozen', value: { reason: text('reason') } };
    case 'unfrozen':
      return { $case: 'unfrozen', value: {} };
    case 'balance-low': {
      const thresholdNanoUsd = amount('threshold_nano_usd');
      return { $case: 'balanceLow', value: { balanceNanoUsd: amount('balance_nano_usd'), thresholdNanoUsd } };
    }
    case 'automatic-top-up-failed': {
      const reason = text('reason');
      return {
        $case: 'automaticTopUpFailed',
        value: { paymentId, amountNanoUsd: amountNanoUsd(), reason },
      };
    }
    default:
      return kind satisfies never;
  }
}
