import type { PostgresConnection, PostgresPool } from '@tokenroute/service-kit';
import { enterAccount } from '../accounts/within-account.js';
import type { TokenColumns } from '../usage/token-columns.js';
import { findRolledUpUntil } from '../usage/usage.repository.js';
import type { CalendarMonth } from './calendar-month.js';

/** A movement of an account; what follows the kind is there for a charge alone. */
export interface MovementRow extends TokenColumns {
  created_at: Date;
  transaction_id: string;
  amount_nano_usd: bigint;
  kind: string;
  hold_id: string | null;
  model: string | null;
  key_id: string | null;
  cost_nano_usd: bigint | null;
  charged_nano_usd: bigint | null;
  usage_estimated: boolean | null;
}

export interface Balances {
  snapshot_at: Date;
  opening_nano_usd: bigint;
  closing_nano_usd: bigint;
}

/** A reader who takes nothing for so long is gone; an open snapshot keeps the database from tidying up. */
const longestPause = '60s';

/** One account's movements of one month as the books are at one moment. Close it. */
export class StatementSnapshot {
  private failed = false;

  private constructor(
    private readonly connection: PostgresConnection,
    private readonly range: [accountId: string, beginsAt: Date, endsAt: Date],
  ) {}

  static async open(pool: PostgresPool, accountId: string, month: CalendarMonth): Promise<StatementSnapshot> {
    const connection = await pool.connect();
    const snapshot = new StatementSnapshot(connection, [accountId, month.beginsAt, month.endsAt]);
    // The next query fails too and says so; unheard, this error would end the process.
    connection.on('error', snapshot.fail);
    try {
      await connection.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
      await connection.query(`SET LOCAL idle_in_transaction_session_timeout = '${longestPause}'`);
      await enterAccount(connection, accountId);
    } catch (error) {
      snapshot.fail();
      await snapshot.close();
      throw error;
    }
    return snapshot;
  }

  /** What was there before the month and at its end: whole days, and the entries since. Null: there is no such customer. */
  async balances(): Promise<Balances | null> {
    const [accountId] = this.range;
    const rolledUpUntil = await findRolledUpUntil(this.connection, accountId);
    if (rolledUpUntil === null) return null;
    const { rows } = await this.connection.query<Balances>(
      `SELECT now() AS snapshot_at,
              coalesce(sum(amount_nano_usd) FILTER (WHERE at < $2), 0)::bigint AS opening_nano_usd,
              coalesce(sum(amount_nano_usd), 0)::bigint AS closing_nano_usd
       FROM (SELECT day::timestamp AT TIME ZONE 'UTC' AS at, amount_nano_usd FROM account_days
             WHERE account_id = $1 AND day < ($3 AT TIME ZONE 'UTC')::date
             UNION ALL
             SELECT created_at, amount_nano_usd FROM entries
             WHERE account_id = $1 AND created_at >= $4 AND created_at < $3) movements`,
      [...this.range, rolledUpUntil],
    );
    return rows[0]!;
  }

  /** In order of time, `pageSize` at once. The database reads on only when the next page is asked for. */
  async *pages(pageSize: number): AsyncGenerator<MovementRow[], void, undefined> {
    await this.connection.query(
      `DECLARE movements NO SCROLL CURSOR FOR
       SELECT e.created_at, e.transaction_id, e.amount_nano_usd, t.kind, h.id AS hold_id, h.model, h.key_id, h.cost_nano_usd,
              h.charged_nano_usd, h.input_tokens, h.cached_input_tokens, h.cache_write_5m_tokens, h.cache_write_1h_tokens,
              h.audio_input_tokens, h.output_tokens, h.reasoning_tokens, h.usage_estimated
       FROM entries e
       JOIN transactions t ON t.id = e.transaction_id
       LEFT JOIN holds h ON h.id = e.transaction_id AND t.kind = 'charge'
       WHERE e.account_id = $1 AND e.created_at >= $2 AND e.created_at < $3
       ORDER BY e.created_at, e.transaction_id`,
      this.range,
    );
    for (;;) {
      const { rows } = await this.connection.query<MovementRow>(`FETCH ${pageSize} FROM movements`);
      if (rows.length > 0) yield rows;
      if (rows.length < pageSize) return;
    }
  }

  async close(): Promise<void> {
    if (!this.failed) await this.connection.query('COMMIT').catch(this.fail);
    this.connection.off('error', this.fail);
    this.connection.release(this.failed);
  }

  private readonly fail = (): void => {
    this.failed = true;
  };
}
