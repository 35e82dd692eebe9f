import type { InvariantResult } from '@tokenroute/contracts';
import type { PostgresPool } from '@tokenroute/service-kit';

const maxRowsShown = 20;

/** Each invariant as the query that finds the rows breaking it. */
const invariants: Record<string, string> = {
  'the entries of every transaction sum to zero': `
    SELECT transaction_id, sum(amount_nano_usd) AS sum FROM entries GROUP BY transaction_id HAVING sum(amount_nano_usd) <> 0`,
  'all entries together sum to zero': `
    SELECT sum(amount_nano_usd) AS sum FROM entries HAVING sum(amount_nano_usd) <> 0`,
  "every customer's balance is the sum of its entries": `
    SELECT a.id AS account_id, a.balance_nano_usd, coalesce(sum(e.amount_nano_usd), 0) AS entries_sum
    FROM accounts a LEFT JOIN entries e ON e.account_id = a.id WHERE a.kind = 'customer'
    GROUP BY a.id HAVING a.balance_nano_usd <> coalesce(sum(e.amount_nano_usd), 0)`,
  "every customer's held amount is the sum of its open holds": `
    SELECT a.id AS account_id, a.held_nano_usd, coalesce(sum(h.amount_nano_usd), 0) AS open_holds_sum
    FROM accounts a LEFT JOIN holds h ON h.account_id = a.id AND h.state = 'held' WHERE a.kind = 'customer'
    GROUP BY a.id HAVING a.held_nano_usd <> coalesce(sum(h.amount_nano_usd), 0)`,
  'held is never negative and never above the balance': `
    SELECT id AS account_id, balance_nano_usd, held_nano_usd FROM accounts
    WHERE kind = 'customer' AND NOT (0 <= held_nano_usd AND held_nano_usd <= balance_nano_usd)`,
  'every settled hold has exactly one charge, of exactly its cost': `
    SELECT h.id AS hold_id, h.cost_nano_usd, h.charged_nano_usd, sum(e.amount_nano_usd) FILTER (WHERE a.kind = 'revenue') AS revenue,
           sum(e.amount_nano_usd) FILTER (WHERE e.account_id = h.account_id) AS customer
    FROM holds h
    LEFT JOIN transactions t ON t.id = h.id AND t.kind = 'charge'
    LEFT JOIN entries e ON e.transaction_id = t.id
    LEFT JOIN accounts a ON a.id = e.account_id
    WHERE h.state = 'settled'
    GROUP BY h.id, t.id
    HAVING t.id IS NULL
        OR coalesce(sum(e.amount_nano_usd) FILTER (WHERE a.kind = 'revenue'), 0) <> h.cost_nano_usd
        OR coalesce(sum(e.amount_nano_usd) FILTER (WHERE e.account_id = h.account_id), 0) <> -h.charged_nano_usd`,
  'every charge belongs to a settled hold': `
    SELECT t.id AS transaction_id, h.state FROM transactions t LEFT JOIN holds h ON h.id = t.id
    WHERE t.kind = 'charge' AND h.state IS DISTINCT FROM 'settled'`,
};

/** Checks every invariant on one snapshot of the books. */
export async function verifyLedger(pool: PostgresPool): Promise<InvariantResult[]> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const results: InvariantResult[] = [];
    for (const [invariant, offenders] of Object.entries(invariants)) {
      const { rows } = await client.query<{ violations: string; rows: string[] | null }>(
        `WITH offender AS MATERIALIZED (${offenders})
         SELECT (SELECT count(*)::text FROM offender) AS violations,
                (SELECT array_agg(row_to_json(shown)::text) FROM (SELECT * FROM offender LIMIT ${maxRowsShown}) shown) AS rows`,
      );
      results.push({ invariant, violations: Number(rows[0]!.violations), rows: rows[0]!.rows ?? [] });
    }
    return results;
  } finally {
    await client.query('ROLLBACK').catch(() => undefined);
    client.release();
  }
}
