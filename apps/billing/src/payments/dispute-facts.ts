import type { StripeDispute } from './stripe-wire.js';

export interface DisputeFacts {
  freezes: boolean;
  /** The money was taken from us. */
  withdrawn: boolean;
  /** The money came back. */
  reinstated: boolean;
  /** Dropped: an inquiry that came to nothing. */
  outcome: 'won' | 'lost' | 'dropped' | null;
}

/**
 * What a message about a dispute proves, by itself. An inquiry (`warning_…`) neither takes money nor freezes; whether money
 * moved is told by the events that say so and by the dispute's own balance transactions, not by its status: a payment that
 * was refunded before is disputed without any money moving.
 */
export function disputeFacts(eventType: string, dispute: StripeDispute): DisputeFacts {
  const amounts = (dispute.balance_transactions ?? []).flatMap((each) =>
    typeof each === 'string' ? [] : [each.amount],
  );
  return {
    freezes: ['needs_response', 'under_review', 'lost'].includes(dispute.status),
    withdrawn: eventType === 'charge.dispute.funds_withdrawn' || amounts.some((amount) => amount < 0),
    reinstated: eventType === 'charge.dispute.funds_reinstated' || amounts.some((amount) => amount > 0),
    outcome: outcomeOf(dispute.status),
  };
}

function outcomeOf(status: string): DisputeFacts['outcome'] {
  switch (status) {
    case 'won':
    case 'lost':
      return status;
    case 'warning_closed':
    case 'prevented':
      return 'dropped';
    default:
      return null;
  }
}
