import { Inject, Injectable } from '@nestjs/common';
import type { PostgresPool } from '@tokenroute/service-kit';
import { PAYMENTS_POSTGRES } from '../tokens.js';
import { fromCents } from './cents.js';
import type { DisputeFacts } from './dispute-facts.js';
import { transactionId } from './transaction-id.js';

export type PaymentOutcome = 'credited' | 'already-credited' | 'unknown-payment' | 'held';
export type RefundOutcome =
  | 'refunded'
  | 'already-refunded'
  | 'reversed'
  | 'already-reversed'
  | 'not-taken'
  | 'payment-not-credited'
  | 'held';
export type DisputeOutcome = 'applied' | 'payment-not-credited' | 'held';

/** The database functions that move money which came in or goes back; each may be repeated, in any order. */
@Injectable()
export class MoneyMovementsRepository {
  constructor(@Inject(PAYMENTS_POSTGRES) private readonly pool: PostgresPool) {}

  async applyPayment(payment: {
    paymentId: string;
    paymentIntent: string;
    received: number;
    currency: string;
  }): Promise<PaymentOutcome> {
    const { paymentId, paymentIntent, received, currency } = payment;
    const { rows } = await this.pool.query<{ outcome: PaymentOutcome }>({
      name: 'apply_payment',
      text: 'SELECT apply_payment($1, $2, $3, $4, $5) AS outcome',
      values: [
        paymentId,
        paymentIntent,
        transactionId('payment', paymentIntent),
        fromCents(received).toString(),
        currency,
      ],
    });
    return rows[0]!.outcome;
  }

  async applyRefund(refund: {
    id: string;
    paymentIntent: string;
    amount: number;
    currency: string;
    failed: boolean;
  }): Promise<RefundOutcome> {
    const { id, paymentIntent, amount, currency, failed } = refund;
    const { rows } = await this.pool.query<{ outcome: RefundOutcome }>({
      name: 'apply_refund',
      text: 'SELECT apply_refund($1, $2, $3, $4, $5, $6, $7) AS outcome',
      values: [
        id,
        paymentIntent,
        fromCents(amount).toString(),
        currency,
        failed,
        transactionId('refund', id),
        transactionId('refund-reversal', id),
      ],
    });
    return rows[0]!.outcome;
  }

  async applyDispute(
    dispute: { id: string; paymentIntent: string; amount: number; currency: string; reason: string },
    facts: DisputeFacts,
  ): Promise<DisputeOutcome> {
    const { id, paymentIntent, amount, currency, reason } = dispute;
    const { rows } = await this.pool.query<{ outcome: DisputeOutcome }>({
      name: 'apply_dispute',
      text: 'SELECT apply_dispute($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) AS outcome',
      values: [
        id,
        paymentIntent,
        fromCents(amount).toString(),
        currency,
        reason,
        facts.freezes,
        facts.withdrawn,
        facts.reinstated,
        facts.outcome,
        transactionId('dispute', id),
        transactionId('dispute-reversal', id),
      ],
    });
    return rows[0]!.outcome;
  }
}
