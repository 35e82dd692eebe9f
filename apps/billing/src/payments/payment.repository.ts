import { Inject, Injectable } from '@nestjs/common';
import type { Payment } from '@tokenroute/contracts';
import type { PostgresPool } from '@tokenroute/service-kit';
import { queryWithinAccount } from '../accounts/within-account.js';
import { PAYMENTS_POSTGRES } from '../tokens.js';

/** A row of `payments`. */
export interface PaymentRow {
  id: string;
  sequence: bigint;
  account_id: string;
  kind: 'checkout' | 'automatic';
  state: 'open' | 'credited' | 'failed' | 'expired' | 'held';
  amount_nano_usd: bigint;
  save_payment_method: boolean;
  success_url: string | null;
  cancel_url: string | null;
  checkout_url: string | null;
  payment_intent: string | null;
  problem: string | null;
  attempts: number;
  created_at: Date;
  credited_at: Date | null;
}

export interface NewCheckout {
  id: string;
  accountId: string;
  amountNanoUsd: bigint;
  savePaymentMethod: boolean;
  successUrl: string;
  cancelUrl: string;
}

type ListedPayment = Payment & { sequence: bigint };

@Injectable()
export class PaymentRepository {
  constructor(@Inject(PAYMENTS_POSTGRES) private readonly pool: PostgresPool) {}

  async find(id: string): Promise<PaymentRow | null> {
    const { rows } = await this.pool.query<PaymentRow>({
      name: 'find_payment',
      text: 'SELECT * FROM payments WHERE id = $1',
      values: [id],
    });
    return rows[0] ?? null;
  }

  /** @returns the row of that id, which may be an earlier one's */
  async insertCheckout(checkout: NewCheckout): Promise<PaymentRow> {
    const { id, accountId, amountNanoUsd, savePaymentMethod, successUrl, cancelUrl } = checkout;
    await this.pool.query({
      name: 'insert_checkout',
      text: `INSERT INTO payments (id, account_id, kind, amount_nano_usd, save_payment_method, success_url, cancel_url)
             VALUES ($1, $2, 'checkout', $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING`,
      values: [id, accountId, amountNanoUsd.toString(), savePaymentMethod, successUrl, cancelUrl],
    });
    return (await this.find(id))!;
  }

  async storeCheckoutUrl(id: string, url: string): Promise<void> {
    await this.pool.query({
      name: 'store_checkout_url',
      text: 'UPDATE payments SET checkout_url = $2 WHERE id = $1',
      values: [id, url],
    });
  }

  /** A page that was left, or a payment that was refused. What is paid all the same later is credited. */
  async end(id: string, state: 'failed' | 'expired', problem: string): Promise<void> {
    await this.pool.query({
      name: 'end_payment',
      text: `UPDATE payments SET state = $2, problem = $3 WHERE id = $1 AND state = 'open' AND kind = 'checkout'`,
      values: [id, state, problem],
    });
  }

  /** The newest first, those before `beforeSequence` when it is given. */
  async ofAccount(accountId: string, limit: number, beforeSequence: bigint | null): Promise<ListedPayment[]> {
    const rows = await queryWithinAccount<ListedPayment>(this.pool, accountId, {
      name: 'list_payments',
      text: `SELECT p.sequence, p.id, p.account_id AS "accountId", p.kind, p.state, p.amount_nano_usd AS "amountNanoUsd",
                    coalesce(p.problem, '') AS problem, p.created_at AS "createdAt", p.credited_at AS "creditedAt",
                    (SELECT coalesce(sum(r.amount_nano_usd), 0)::bigint FROM payment_refunds r
                     WHERE r.payment_id = p.id AND r.transaction_id IS NOT NULL AND r.reversal_id IS NULL) AS "refundedNanoUsd",
                    (SELECT coalesce(sum(d.amount_nano_usd), 0)::bigint FROM payment_disputes d
                     WHERE d.payment_id = p.id AND d.transaction_id IS NOT NULL AND d.reversal_id IS NULL) AS "disputedNanoUsd"
             FROM payments p WHERE p.account_id = $1 AND ($2::bigint IS NULL OR p.sequence < $2)
             ORDER BY p.sequence DESC LIMIT $3`,
      values: [accountId, beforeSequence?.toString() ?? null, limit],
    });
    return rows.map((row) => ({ ...row, creditedAt: row.creditedAt ?? undefined }));
  }

  async findCustomer(accountId: string): Promise<string | null> {
    const { rows } = await this.pool.query<{ customer: string }>({
      name: 'find_payment_customer',
      text: 'SELECT customer FROM payment_customers WHERE account_id = $1',
      values: [accountId],
    });
    return rows[0]?.customer ?? null;
  }

  async storeCustomer(accountId: string, customer: string): Promise<void> {
    await this.pool.query({
      name: 'store_payment_customer',
      text: 'INSERT INTO payment_customers (account_id, customer) VALUES ($1, $2) ON CONFLICT (account_id) DO NOTHING',
      values: [accountId, customer],
    });
  }

  /** The newest one that was saved is the one to charge; with it, what had paused the automatic top-up is forgotten. */
  async storePaymentMethod(customer: string, paymentMethod: string, savedAt: Date): Promise<void> {
    await this.pool.query({
      name: 'store_payment_method',
      text: `WITH stored AS (
               UPDATE payment_customers SET payment_method = $2, method_saved_at = $3
               WHERE customer = $1 AND (method_saved_at IS NULL OR method_saved_at < $3) RETURNING account_id
             )
             UPDATE top_up_settings SET paused_reason = NULL WHERE account_id IN (SELECT account_id FROM stored)`,
      values: [customer, paymentMethod, savedAt],
    });
  }

  /** It was detached from its customer: it cannot be charged any more. */
  async forgetPaymentMethod(paymentMethod: string): Promise<void> {
    await this.pool.query({
      name: 'forget_payment_method',
      text: 'UPDATE payment_customers SET payment_method = NULL WHERE payment_method = $1',
      values: [paymentMethod],
    });
  }
}
