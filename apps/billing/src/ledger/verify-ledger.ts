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
  "what a key's month holds is the sum of its open holds, and what it was charged of its settled ones": `
    SELECT m.key_id, m.month, m.held_nano_usd, m.charged_nano_usd
    FROM key_months m LEFT JOIN holds h ON h.account_id = m.account_id AND h.key_id = m.key_id AND h.budget_month = m.month
    GROUP BY m.account_id, m.key_id, m.month
    HAVING m.held_nano_usd <> coalesce(sum(h.amount_nano_usd) FILTER (WHERE h.state = 'held'), 0)
        OR m.charged_nano_usd < coalesce(sum(h.charged_nano_usd), 0)`,
  'every entry belongs to a transaction and an account': `
    SELECT e.transaction_id, e.account_id, e.amount_nano_usd
    FROM entries e LEFT JOIN transactions t ON t.id = e.transaction_id LEFT JOIN accounts a ON a.id = e.account_id
    WHERE t.id IS NULL OR a.id IS NULL`,
  'every hold belongs to a customer, a price, and a plan of that customer': `
    SELECT h.id AS hold_id, h.account_id, h.price_id, h.price_plan_id
    FROM holds h
    LEFT JOIN accounts a ON a.id = h.account_id AND a.kind = 'customer'
    LEFT JOIN prices p ON p.id = h.price_id
    LEFT JOIN price_plans l ON l.id = h.price_plan_id AND l.account_id = h.account_id
    WHERE a.id IS NULL OR (p.id IS NULL) <> (h.price_id IS NULL) OR (l.id IS NULL) <> (h.price_plan_id IS NULL)`,
  'every charge belongs to a settled hold': `
    SELECT t.id AS transaction_id, h.state FROM transactions t LEFT JOIN holds h ON h.id = t.id
    WHERE t.kind = 'charge' AND h.state IS DISTINCT FROM 'settled'`,
  'every credited payment has exactly one top-up, of exactly its amount, and every top-up its payment': `
    SELECT p.id AS payment_id, t.id AS transaction_id, p.amount_nano_usd, sum(e.amount_nano_usd) AS credited
    FROM (SELECT * FROM payments WHERE state = 'credited') p
    FULL JOIN (SELECT * FROM transactions WHERE kind = 'top-up') t ON t.id = p.transaction_id
    LEFT JOIN entries e ON e.transaction_id = t.id AND e.account_id = p.account_id
    GROUP BY p.id, t.id, p.amount_nano_usd
    HAVING p.id IS NULL OR t.id IS NULL OR coalesce(sum(e.amount_nano_usd), 0) <> p.amount_nano_usd`,
  'every refund and dispute moved exactly its amount, and every such movement belongs to one': `
    SELECT m.id, t.id AS transaction_id, m.amount_nano_usd, e.amount_nano_usd AS moved
    FROM (SELECT id, transaction_id, amount_nano_usd FROM payment_refunds WHERE transaction_id IS NOT NULL
          UNION ALL SELECT id, reversal_id, -amount_nano_usd FROM payment_refunds WHERE reversal_id IS NOT NULL
          UNION ALL SELECT id, transaction_id, amount_nano_usd FROM payment_disputes WHERE transaction_id IS NOT NULL
          UNION ALL SELECT id, reversal_id, -amount_nano_usd FROM payment_disputes WHERE reversal_id IS NOT NULL) m
    FULL JOIN (SELECT * FROM transactions WHERE kind IN ('refund', 'refund-reversal', 'dispute', 'dispute-reversal')) t
      ON t.id = m.transaction_id
    LEFT JOIN entries e ON e.transaction_id = t.id
      AND e.account_id IN ('00000000-0000-0000-0000-000000000005', '00000000-0000-0000-0000-000000000006')
    WHERE m.id IS NULL OR t.id IS NULL OR e.amount_nano_usd IS DISTINCT FROM m.amount_nano_usd`,
  'usage by hour is what was settled until it was added up, by key and model': `
    SELECT account_id, hour, key_id, model, sum(requests) AS requests, sum(tokens) AS tokens, sum(cost) AS cost_nano_usd,
           sum(charged) AS charged_nano_usd
    FROM (SELECT account_id, hour, key_id, model, requests, input_tokens + output_tokens AS tokens, cost_nano_usd AS cost,
                 charged_nano_usd AS charged
          FROM usage_hours
          UNION ALL
          SELECT account_id, date_trunc('hour', ended_at, 'UTC'), key_id, model, -1, -input_tokens - output_tokens, -cost_nano_usd,
                 -charged_nano_usd
          FROM holds WHERE state = 'settled' AND ended_at < usage_rolled_up_until()) both_sides
    GROUP BY account_id, hour, key_id, model
    HAVING (sum(requests), sum(tokens), sum(cost), sum(charged)) IS DISTINCT FROM (0, 0, 0, 0)`,
  "a customer's days are its entries until they were added up": `
    SELECT account_id, day, sum(movements) AS movements, sum(amount) AS amount_nano_usd
    FROM (SELECT account_id, day, movements, amount_nano_usd AS amount FROM account_days
          UNION ALL
          SELECT e.account_id, (e.created_at AT TIME ZONE 'UTC')::date, -1, -e.amount_nano_usd
          FROM entries e JOIN accounts a ON a.id = e.account_id AND a.kind = 'customer'
          WHERE e.created_at < usage_rolled_up_until()) both_sides
    GROUP BY account_id, day HAVING (sum(movements), sum(amount)) IS DISTINCT FROM (0, 0)`,
  'everything the house bears has its reason, and a reversal gives back no more than it bore': `
    SELECT coalesce(e.transaction_id, l.transaction_id) AS transaction_id, e.amount_nano_usd, l.amount_nano_usd AS loss
    FROM (SELECT e.transaction_id, e.amount_nano_usd, coalesce(r.taken_by, d.taken_by) AS taken_by
          FROM entries e
          LEFT JOIN (SELECT reversal_id, transaction_id AS taken_by FROM payment_refunds) r ON r.reversal_id = e.transaction_id
          LEFT JOIN (SELECT reversal_id, transaction_id AS taken_by FROM payment_disputes) d ON d.reversal_id = e.transaction_id
          WHERE e.account_id = '00000000-0000-0000-0000-000000000003') e
    FULL JOIN house_losses l ON l.transaction_id = coalesce(e.taken_by, e.transaction_id)
    WHERE e.amount_nano_usd IS NULL OR l.amount_nano_usd IS NULL
       OR e.amount_nano_usd <> CASE WHEN e.taken_by IS NULL THEN -l.amount_nano_usd ELSE l.amount_nano_usd END`,
};

/** Checks every invariant on one snapshot of the books. */
export async function verifyLedger(pool: PostgresPool): Promise<InvariantResult[]> {
  const client = await pool.connect();
  try {
    return await verifyOn(client);
  } finally {
    client.release();
  }
}

/** The same over a connection that is the caller's. */
export async function verifyOn(client: Pick<PostgresPool, 'query'>): Promise<InvariantResult[]> {
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
  }
}
