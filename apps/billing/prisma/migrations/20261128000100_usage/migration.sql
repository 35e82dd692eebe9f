-- What accounts used and what moved on them, added up beside the ledger, so that a dashboard reads hours and a statement days
-- instead of millions of rows. It is added up behind the ledger, by nobody who holds or charges: up to a moment before which
-- nothing can be written any more. What is later is read from the ledger itself, so that both together are the ledger, always.

-- By the hour (UTC) of the charge.
CREATE TABLE usage_hours (
  account_id            uuid NOT NULL,
  hour                  timestamptz NOT NULL,
  -- Null for a settlement that told no key.
  key_id                uuid,
  model                 text NOT NULL,
  requests              bigint NOT NULL,
  estimated_requests    bigint NOT NULL,
  input_tokens          bigint NOT NULL,
  cached_input_tokens   bigint NOT NULL,
  cache_write_5m_tokens bigint NOT NULL,
  cache_write_1h_tokens bigint NOT NULL,
  audio_input_tokens    bigint NOT NULL,
  output_tokens         bigint NOT NULL,
  reasoning_tokens      bigint NOT NULL,
  cost_nano_usd         bigint NOT NULL,
  charged_nano_usd      bigint NOT NULL,
  CONSTRAINT one_row_of_usage_an_hour UNIQUE NULLS NOT DISTINCT (account_id, hour, key_id, model)
) WITH (fillfactor = 80);

-- A customer's entries by day (UTC) and kind of transaction: what a balance was at a midnight is the sum of the days before.
CREATE TABLE account_days (
  account_id      uuid NOT NULL,
  day             date NOT NULL,
  kind            text NOT NULL,
  movements       bigint NOT NULL,
  amount_nano_usd bigint NOT NULL,
  PRIMARY KEY (account_id, day, kind)
) WITH (fillfactor = 80);

-- One row. Transactions from before that moment are added up, later ones are not. To add everything up anew: empty both
-- tables and set it to -infinity, in one transaction.
CREATE TABLE usage_rollup (
  only_row        boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  rolled_up_until timestamptz NOT NULL
);
INSERT INTO usage_rollup (rolled_up_until) VALUES ('-infinity');

-- The order in which it is added up.
CREATE INDEX transactions_by_time ON transactions (created_at);

-- For those behind the wall too, who see nothing else of that table.
CREATE FUNCTION usage_rolled_up_until() RETURNS timestamptz LANGUAGE sql STABLE SECURITY DEFINER
  RETURN (SELECT rolled_up_until FROM usage_rollup);

-- Before that moment nothing can be written any more. Whoever writes to the ledger gives it the moment its transaction began:
-- so nothing is written before the oldest transaction of this database that is still open, whenever it may commit. One that
-- has only just begun is not yet seen among them; that takes it microseconds, and p_grace is far longer. Transactions over
-- connections named p_readers write nothing to the ledger, and may be open for minutes. Those of users who may not write
-- are not shown to us, nor do they count.
CREATE FUNCTION ledger_horizon(p_grace interval, p_readers text) RETURNS timestamptz LANGUAGE plpgsql AS $$
BEGIN
  IF NOT current_setting('track_activities')::boolean THEN
    RAISE EXCEPTION 'track_activities is off: nobody can tell which transactions are open';
  ELSIF current_setting('transaction_isolation') <> 'read committed' THEN
    RAISE EXCEPTION 'what was committed while the horizon was found would not be seen afterwards';
  END IF;
  RETURN (SELECT least(now() - p_grace, min(xact_start)) FROM pg_stat_activity
          WHERE datname = current_database() AND backend_type = 'client backend'
            AND application_name IS DISTINCT FROM p_readers);
END $$;

-- Adds up about p_limit more transactions, in one database transaction: all of it or nothing. Returns whether more are due.
-- Of several at once the first one does it; the others return at once.
CREATE FUNCTION roll_up_usage(p_grace interval, p_readers text, p_limit integer) RETURNS boolean LANGUAGE plpgsql
SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  -- Asked before anything is read: what was written before it is committed by then, and seen.
  horizon timestamptz := ledger_horizon(p_grace, p_readers);
  since   timestamptz;
  until   timestamptz;
BEGIN
  SELECT rolled_up_until INTO since FROM usage_rollup FOR UPDATE SKIP LOCKED;
  IF NOT FOUND OR since >= horizon THEN
    RETURN false;
  END IF;
  -- Transactions of one moment are never parted.
  SELECT created_at + interval '1 microsecond' INTO until FROM transactions
  WHERE created_at >= since AND created_at < horizon ORDER BY created_at OFFSET p_limit LIMIT 1;
  until := coalesce(until, horizon);

  INSERT INTO usage_hours AS u (account_id, hour, key_id, model, requests, estimated_requests, input_tokens, cached_input_tokens,
    cache_write_5m_tokens, cache_write_1h_tokens, audio_input_tokens, output_tokens, reasoning_tokens, cost_nano_usd, charged_nano_usd)
  SELECT h.account_id, date_trunc('hour', t.created_at, 'UTC'), h.key_id, h.model, count(*),
         count(*) FILTER (WHERE h.usage_estimated),
         sum(h.input_tokens), sum(h.cached_input_tokens), sum(h.cache_write_5m_tokens), sum(h.cache_write_1h_tokens),
         sum(h.audio_input_tokens), sum(h.output_tokens), sum(h.reasoning_tokens), sum(h.cost_nano_usd), sum(h.charged_nano_usd)
  FROM transactions t JOIN holds h ON h.id = t.id
  WHERE t.kind = 'charge' AND t.created_at >= since AND t.created_at < until
  GROUP BY 1, 2, 3, 4
  ON CONFLICT ON CONSTRAINT one_row_of_usage_an_hour DO UPDATE SET
    requests              = u.requests + excluded.requests,
    estimated_requests    = u.estimated_requests + excluded.estimated_requests,
    input_tokens          = u.input_tokens + excluded.input_tokens,
    cached_input_tokens   = u.cached_input_tokens + excluded.cached_input_tokens,
    cache_write_5m_tokens = u.cache_write_5m_tokens + excluded.cache_write_5m_tokens,
    cache_write_1h_tokens = u.cache_write_1h_tokens + excluded.cache_write_1h_tokens,
    audio_input_tokens    = u.audio_input_tokens + excluded.audio_input_tokens,
    output_tokens         = u.output_tokens + excluded.output_tokens,
    reasoning_tokens      = u.reasoning_tokens + excluded.reasoning_tokens,
    cost_nano_usd         = u.cost_nano_usd + excluded.cost_nano_usd,
    charged_nano_usd      = u.charged_nano_usd + excluded.charged_nano_usd;

  INSERT INTO account_days AS d (account_id, day, kind, movements, amount_nano_usd)
  SELECT e.account_id, (t.created_at AT TIME ZONE 'UTC')::date, t.kind, count(*), sum(e.amount_nano_usd)
  FROM transactions t
  JOIN entries e ON e.transaction_id = t.id
  JOIN accounts a ON a.id = e.account_id AND a.kind = 'customer'
  WHERE t.created_at >= since AND t.created_at < until
  GROUP BY 1, 2, 3
  ON CONFLICT (account_id, day, kind) DO UPDATE SET
    movements       = d.movements + excluded.movements,
    amount_nano_usd = d.amount_nano_usd + excluded.amount_nano_usd;

  UPDATE usage_rollup SET rolled_up_until = until;
  RETURN until < horizon;
END $$;

GRANT SELECT ON usage_hours, account_days TO tokenroute_billing_tenant;

ALTER TABLE usage_hours ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_the_account ON usage_hours FOR SELECT TO tokenroute_billing_tenant USING (account_id = tenant_account());

ALTER TABLE account_days ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_the_account ON account_days FOR SELECT TO tokenroute_billing_tenant USING (account_id = tenant_account());
