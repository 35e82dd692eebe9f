-- How requests went, counted by the hour and by the day (UTC) of their end, together with usage: how many were answered with which status, and
-- how many took how long. Times are counted in classes, whose counts may be added over hours, keys and models: percentiles of
-- any range come from them, with a known error.

CREATE TYPE telemetry_measure AS ENUM ('status', 'duration', 'first-token');

CREATE TABLE telemetry_hours (
  account_id uuid NOT NULL,
  hour       timestamptz NOT NULL,
  -- Null for a settlement that told no key.
  key_id     uuid,
  model      text NOT NULL,
  measure    telemetry_measure NOT NULL,
  -- The HTTP status; of the others, which are of requests answered with 200, the class of the time.
  value      smallint NOT NULL,
  requests   bigint NOT NULL,
  CONSTRAINT one_row_of_telemetry_an_hour UNIQUE NULLS NOT DISTINCT (account_id, hour, key_id, model, measure, value)
) WITH (fillfactor = 80);

-- The same by the day: an hour may have hundreds of classes with something in them, and a month has 720 hours.
CREATE TABLE telemetry_days (
  account_id uuid NOT NULL,
  day        date NOT NULL,
  key_id     uuid,
  model      text NOT NULL,
  measure    telemetry_measure NOT NULL,
  value      smallint NOT NULL,
  requests   bigint NOT NULL,
  CONSTRAINT one_row_of_telemetry_a_day UNIQUE NULLS NOT DISTINCT (account_id, day, key_id, model, measure, value)
) WITH (fillfactor = 80);

-- Class c has the times above 2^((c-1)/4) and up to 2^(c/4) milliseconds; class 0 those up to one.
CREATE FUNCTION latency_class(p_ms integer) RETURNS smallint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
  RETURN ceil(4 * ln(greatest(p_ms, 1)::float8) / ln(2::float8))::smallint;

-- As before, and how requests went. To add everything up anew: empty telemetry_hours and telemetry_days too; what retention has removed of
-- released holds is missing from it then.
-- Adds up about p_limit more transactions, in one database transaction: all of it or nothing. Returns whether more are due.
-- Of several at once the first one does it; the others return at once.
CREATE OR REPLACE FUNCTION roll_up_usage(p_grace interval, p_readers text, p_limit integer) RETURNS boolean LANGUAGE plpgsql
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

  WITH counted AS (
    SELECT h.account_id, date_trunc('hour', h.ended_at, 'UTC') AS hour, h.key_id, h.model, m.measure, m.value, count(*) AS requests
    FROM (
      SELECT h.* FROM transactions t JOIN holds h ON h.id = t.id AND h.state = 'settled'
      WHERE t.kind = 'charge' AND t.created_at >= since AND t.created_at < until
      UNION ALL
      SELECT h.* FROM holds h WHERE h.state = 'released' AND h.ended_at >= since AND h.ended_at < until
    ) h, LATERAL (VALUES
      ('status'::telemetry_measure, h.http_status),
      ('duration', CASE WHEN h.http_status = 200 THEN latency_class(h.duration_ms) END),
      ('first-token', CASE WHEN h.http_status = 200 AND h.streamed THEN latency_class(h.first_token_ms) END)
    ) AS m (measure, value)
    WHERE h.model IS NOT NULL AND m.value IS NOT NULL
    GROUP BY 1, 2, 3, 4, 5, 6
  ), hours AS (
    INSERT INTO telemetry_hours AS o (account_id, hour, key_id, model, measure, value, requests)
    SELECT account_id, hour, key_id, model, measure, value, requests FROM counted
    ON CONFLICT ON CONSTRAINT one_row_of_telemetry_an_hour DO UPDATE SET requests = o.requests + excluded.requests
  )
  INSERT INTO telemetry_days AS o (account_id, day, key_id, model, measure, value, requests)
  SELECT account_id, (hour AT TIME ZONE 'UTC')::date, key_id, model, measure, value, sum(requests) FROM counted
  GROUP BY 1, 2, 3, 4, 5, 6
  ON CONFLICT ON CONSTRAINT one_row_of_telemetry_a_day DO UPDATE SET requests = o.requests + excluded.requests;

  UPDATE usage_rollup SET rolled_up_until = until;
  RETURN until < horizon;
END $$;

GRANT SELECT ON telemetry_hours, telemetry_days TO tokenroute_billing_tenant;

ALTER TABLE telemetry_hours ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_the_account ON telemetry_hours FOR SELECT TO tokenroute_billing_tenant USING (account_id = tenant_account());

ALTER TABLE telemetry_days ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_the_account ON telemetry_days FOR SELECT TO tokenroute_billing_tenant USING (account_id = tenant_account());
