import { Inject, Injectable } from '@nestjs/common';
import type { PaymentEvent } from '@tokenroute/contracts';
import type { PostgresPool } from '@tokenroute/service-kit';
import { PAYMENTS_POSTGRES } from '../tokens.js';
import { retryDelayMs } from './retry-delay.js';

export type EventState = 'received' | 'processed' | 'ignored' | 'failed' | 'held';

/** What became of an event that was looked at. `again`: later, it could not be processed yet. */
export type EventOutcome =
  | { kind: 'processed' }
  | { kind: 'ignored' }
  | { kind: 'held'; problem: string }
  | { kind: 'again'; problem: string };

export interface StoredEvent {
  id: string;
  type: string;
  payload: string;
  attempts: number;
}

/** With the delays of `retryDelayMs`, about a day. */
const maxAttempts = 35;

@Injectable()
export class StripeEventRepository {
  constructor(@Inject(PAYMENTS_POSTGRES) private readonly pool: PostgresPool) {}

  /** An event that is there already stays as it is. */
  async store(id: string, type: string, payload: string): Promise<void> {
    await this.pool.query({
      name: 'store_stripe_event',
      text: 'INSERT INTO stripe_events (id, type, payload) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING',
      values: [id, type, payload],
    });
  }

  /**
   * Has one event processed and writes down what became of it. While it is, no other process sees it; when this one dies, the
   * database gives it free.
   * @returns what became of it, null when there was none to process
   */
  async processOne(
    process: (event: StoredEvent) => Promise<EventOutcome>,
  ): Promise<{ event: StoredEvent; state: EventState; problem: string } | null> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    try {
      await client.query('BEGIN');
      const { rows } = await client.query<StoredEvent>({
        name: 'take_stripe_event',
        text: `SELECT id, type, payload, attempts FROM stripe_events
               WHERE state = 'received' AND next_attempt_at <= now()
               ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
      });
      const event = rows[0];
      if (!event) {
        await client.query('COMMIT');
        return null;
      }
      const outcome = await process(event);
      const state = stateAfter(outcome, event.attempts + 1);
      const problem = 'problem' in outcome ? outcome.problem : '';
      await client.query({
        name: 'end_stripe_event',
        text: `UPDATE stripe_events SET state = $2, problem = nullif($3, ''), attempts = attempts + 1,
                 next_attempt_at = now() + make_interval(secs => $4),
                 processed_at = CASE WHEN $2 = 'received' THEN NULL ELSE now() END
               WHERE id = $1`,
        values: [event.id, state, problem, retryDelayMs(event.attempts) / 1_000],
      });
      await client.query('COMMIT');
      return { event, state, problem };
    } catch (error) {
      broken = error as Error;
      throw error;
    } finally {
      // A connection of which we do not know how far it came is not used again.
      client.release(broken);
    }
  }

  /** @returns whether there was such an event */
  async retry(id: string): Promise<boolean> {
    const { rowCount } = await this.pool.query({
      name: 'retry_stripe_event',
      text: `UPDATE stripe_events SET state = 'received', attempts = 0, next_attempt_at = now(), processed_at = NULL
             WHERE id = $1 AND state IN ('failed', 'held')`,
      values: [id],
    });
    return rowCount === 1;
  }

  /** The newest first. */
  async inStates(states: EventState[], limit: number): Promise<PaymentEvent[]> {
    const { rows } = await this.pool.query<PaymentEvent>({
      name: 'list_stripe_events',
      text: `SELECT id, type, state, attempts, coalesce(problem, '') AS problem, received_at AS "receivedAt"
             FROM stripe_events WHERE state = ANY ($1) ORDER BY received_at DESC LIMIT $2`,
      values: [states, limit],
    });
    return rows;
  }
}

function stateAfter(outcome: EventOutcome, attempts: number): EventState {
  if (outcome.kind !== 'again') return outcome.kind;
  return attempts < maxAttempts ? 'received' : 'failed';
}
