import { Inject, Injectable } from '@nestjs/common';
import { nanoUsd } from '@tokenroute/money';
import type { PostgresPool } from '@tokenroute/service-kit';
import type { PoolClient } from 'pg';
import { PAYMENTS_POSTGRES } from '../tokens.js';
import type { AutomaticOrder } from './payment-provider.js';
import { retryDelayMs } from './retry-delay.js';

/** What became of an attempt. `done`: paid, and credited. */
export type AttemptOutcome =
  { kind: 'done' } | { kind: 'failed'; reason: string } | { kind: 'again'; problem: string };

@Injectable()
export class AutomaticTopUpRepository {
  constructor(@Inject(PAYMENTS_POSTGRES) private readonly pool: PostgresPool) {}

  /** Begins what is due. @returns how many */
  async begin(limit: number): Promise<number> {
    const { rows } = await this.pool.query<{ begun: number }>({
      name: 'begin_automatic_top_ups',
      text: 'SELECT begin_automatic_top_ups($1) AS begun',
      values: [limit],
    });
    return rows[0]!.begun;
  }

  /**
   * Has one open automatic top-up tried, and writes down what became of it. While it is, the account's settings are locked, so
   * that no other process tries; when this one dies, the database gives them free.
   * @returns whether there was one
   */
  async tryOne(attempt: (order: AutomaticOrder) => Promise<AttemptOutcome>): Promise<boolean> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('BEGIN');
      const order = await this.take(client);
      if (order) await this.end(client, order, await attempt(order));
      await client.query('COMMIT');
      return order !== null;
    } catch (error) {
      broken = error as Error;
      throw error;
    } finally {
      client.release(broken);
    }
  }

  /** Before anything is charged: a repeat after a crash goes on with the same payment. */
  async rememberIntent(paymentId: string, paymentIntent: string): Promise<void> {
    await this.pool.query({
      name: 'remember_payment_intent',
      text: `UPDATE payments SET payment_intent = $2 WHERE id = $1 AND state = 'open'`,
      values: [paymentId, paymentIntent],
    });
  }

  private async take(client: PoolClient): Promise<AutomaticOrder | null> {
    const { rows: locked } = await client.query<{ id: string }>({
      name: 'take_automatic_top_up',
      text: `SELECT p.id FROM payments p JOIN top_up_settings s ON s.account_id = p.account_id
             WHERE p.kind = 'automatic' AND p.state = 'open' AND p.next_attempt_at <= now()
             LIMIT 1 FOR UPDATE OF s SKIP LOCKED`,
    });
    if (!locked[0]) return null;
    // Read under the lock: another process may have ended it since.
    const { rows } = await client.query<{
      account_id: string;
      email: string;
      customer: string;
      payment_method: string | null;
      amount_nano_usd: bigint;
      payment_intent: string | null;
      attempts: number;
    }>({
      name: 'read_automatic_top_up',
      text: `SELECT p.account_id, coalesce(a.email, '') AS email, c.customer, c.payment_method, p.amount_nano_usd,
                    p.payment_intent, p.attempts
             FROM payments p JOIN accounts a ON a.id = p.account_id JOIN payment_customers c ON c.account_id = p.account_id
             WHERE p.id = $1 AND p.state = 'open' AND p.next_attempt_at <= now()`,
      values: [locked[0].id],
    });
    const row = rows[0];
    if (!row) return null;
    return {
      paymentId: locked[0].id,
      accountId: row.account_id,
      email: row.email,
      customer: row.customer,
      paymentMethod: row.payment_method ?? '',
      amount: nanoUsd(row.amount_nano_usd),
      paymentIntent: row.payment_intent,
      attempt: row.attempts,
    };
  }

  private async end(client: PoolClient, order: AutomaticOrder, outcome: AttemptOutcome): Promise<void> {
    switch (outcome.kind) {
      case 'done':
        return;
      case 'failed':
        await client.query({
          name: 'fail_automatic_top_up',
          text: 'SELECT fail_automatic_top_up($1, $2)',
          values: [order.paymentId, outcome.reason],
        });
        return;
      case 'again':
        await client.query({
          name: 'retry_automatic_top_up',
          text: `UPDATE payments SET attempts = attempts + 1, problem = $2, next_attempt_at = now() + make_interval(secs => $3)
                 WHERE id = $1 AND state = 'open'`,
          values: [order.paymentId, outcome.problem, retryDelayMs(order.attempt) / 1_000],
        });
        return;
      default:
        return outcome satisfies never;
    }
  }

  /** Writes an event for every balance that fell below its threshold. @returns how many */
  async watchLowBalances(): Promise<number> {
    const { rows } = await this.pool.query<{ told: number }>({
      name: 'watch_low_balances',
      text: 'SELECT watch_low_balances() AS told',
    });
    return rows[0]!.told;
  }
}
