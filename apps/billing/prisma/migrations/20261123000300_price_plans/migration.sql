-- Prices of an account's own, budgets of keys, requests that may be asked again, and reasons for what the house bears.
-- The hold functions take all of it in; each reads its batch once, as rows of a type.

-- What an account pays of the list price, for one model or (null) for all. In force is the newest whose time has come; one
-- for the model goes before one for all. Rows are never changed; a hold pins one.
CREATE TABLE price_plans (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id     uuid NOT NULL REFERENCES accounts (id),
  model_id       text REFERENCES models (id),
  -- Hundredths of a percent: 10000 is the list price.
  basis_points   integer NOT NULL CHECK (basis_points BETWEEN 1 AND 100000),
  effective_from timestamptz NOT NULL,
  reason         text NOT NULL,
  created_at     timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT one_price_plan_at_a_moment UNIQUE NULLS NOT DISTINCT (account_id, model_id, effective_from)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON price_plans
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A plan is recorded as the price it is. For all models, it is recorded under '*'.
ALTER TABLE catalogue_events DROP CONSTRAINT catalogue_events_what_check;
ALTER TABLE catalogue_events ADD CONSTRAINT catalogue_events_what_check
  CHECK (what IN ('model-created', 'model-changed', 'model-removed', 'price-added', 'price-plan-added'));
CREATE FUNCTION record_price_plan() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO catalogue_events (what, model_id, after, by)
  VALUES ('price-plan-added', coalesce(NEW.model_id, '*'), to_jsonb(NEW), catalogue_operator());
  RETURN NULL;
END $$;
CREATE TRIGGER recorded AFTER INSERT ON price_plans
  FOR EACH ROW EXECUTE FUNCTION record_price_plan();

ALTER TABLE holds
  ADD COLUMN price_plan_id  bigint REFERENCES price_plans (id),
  -- Only of a request that its customer may send again: the digest of its body, and which HTTP request took the hold.
  ADD COLUMN request_digest bytea,
  ADD COLUMN attempt_id     uuid,
  -- Only of a key with a budget: the first day of the month it counts for.
  ADD COLUMN budget_month   date;

-- What a key with a budget holds and has been charged in a calendar month (UTC). Rows change under their account's lock.
CREATE TABLE key_months (
  account_id       uuid NOT NULL REFERENCES accounts (id),
  key_id           uuid NOT NULL,
  month            date NOT NULL,
  held_nano_usd    bigint NOT NULL CHECK (held_nano_usd >= 0),
  charged_nano_usd bigint NOT NULL CHECK (charged_nano_usd >= 0),
  PRIMARY KEY (account_id, key_id, month)
) WITH (fillfactor = 50);

CREATE FUNCTION month_of(moment timestamptz) RETURNS date LANGUAGE sql STABLE AS $$
  SELECT date_trunc('month', moment AT TIME ZONE 'UTC')::date
$$;

-- Begins the month of each key that has a budget and no row yet, with what it has spent and holds this month.
CREATE FUNCTION begin_key_months(p_account_ids uuid[], p_key_ids uuid[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  this_month date := month_of(now());
  started    uuid[];
BEGIN
  WITH missing AS (
    SELECT DISTINCT account_id, key_id FROM unnest(p_account_ids, p_key_ids) AS asked (account_id, key_id)
    WHERE NOT EXISTS (SELECT FROM key_months m
                      WHERE m.account_id = asked.account_id AND m.key_id = asked.key_id AND m.month = this_month)
  ), begun AS (
    INSERT INTO key_months (account_id, key_id, month, held_nano_usd, charged_nano_usd)
    SELECT missing.account_id, missing.key_id, this_month,
           coalesce(sum(h.amount_nano_usd) FILTER (WHERE h.state = 'held'), 0),
           coalesce(sum(h.charged_nano_usd), 0)
    FROM missing
    JOIN accounts a ON a.id = missing.account_id AND a.kind = 'customer'
    LEFT JOIN holds h ON h.account_id = missing.account_id AND h.key_id = missing.key_id
                     AND h.created_at >= this_month::timestamp AT TIME ZONE 'UTC'
    GROUP BY missing.account_id, missing.key_id
    RETURNING key_id
  )
  SELECT array_agg(key_id) INTO started FROM begun;

  IF started IS NOT NULL THEN
    UPDATE holds SET budget_month = this_month
    WHERE account_id = ANY (p_account_ids) AND key_id = ANY (started) AND state = 'held'
      AND created_at >= this_month::timestamp AT TIME ZONE 'UTC';
  END IF;
END $$;

CREATE TYPE reservation_item AS (
  hold_id uuid, account_id uuid, key_id uuid, gateway_id uuid, model text, input_tokens_bound bigint, output_tokens_limit bigint,
  ceiling_nano_usd bigint, max_amount_nano_usd bigint, price_id bigint, price_plan_id bigint, budget_nano_usd bigint,
  request_digest bytea, attempt_id uuid
);

-- Outcomes: held, maximum-exceeded, insufficient-funds, budget-exceeded, account-frozen, unknown-account, conflict, ended,
-- already-settled, in-progress. For budget-exceeded, available is what the budget leaves.
DROP FUNCTION reserve_holds(json, interval);
CREATE FUNCTION reserve_holds(p_items json, p_time_to_live interval)
RETURNS TABLE (item_index bigint, outcome text, amount_nano_usd bigint, price_id bigint, price_plan_id bigint,
               available_nano_usd bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  items           reservation_item[] := ARRAY(SELECT i FROM json_populate_recordset(NULL::reservation_item, p_items) i);
  item            record;
  current_account uuid;
  current_key     uuid;
  available       bigint;
  budget_used     bigint;
  accepted        bigint[] := '{}';
  budgeted        boolean := false;
BEGIN
  -- A hold lost in a power cut loses nobody's money: its settlement is charged without it.
  PERFORM set_config('synchronous_commit', 'off', true);
  PERFORM lock_accounts(ARRAY(SELECT account_id FROM unnest(items)));
  IF EXISTS (SELECT FROM unnest(items) WHERE budget_nano_usd IS NOT NULL) THEN
    budgeted := true;
    PERFORM begin_key_months(array_agg(account_id), array_agg(key_id)) FROM unnest(items) WHERE budget_nano_usd IS NOT NULL;
  END IF;

  FOR item IN
    SELECT i.*, a.id IS NOT NULL AS account_known, a.frozen_at IS NOT NULL AS account_frozen,
           a.balance_nano_usd - a.held_nano_usd AS free_nano_usd, m.held_nano_usd + m.charged_nano_usd AS used_of_budget,
           h.id IS NOT NULL AS hold_known, h.state AS hold_state, h.amount_nano_usd AS hold_amount, h.price_id AS hold_price,
           h.price_plan_id AS hold_plan, h.attempt_id IS NOT DISTINCT FROM i.attempt_id AS same_attempt,
           h.request_digest IS NULL OR h.request_digest IS NOT DISTINCT FROM i.request_digest AS same_request,
           (h.account_id, h.key_id, h.model, h.input_tokens_bound, h.output_tokens_limit)
             IS NOT DISTINCT FROM (i.account_id, i.key_id, i.model, i.input_tokens_bound, i.output_tokens_limit) AS same_payload
    FROM unnest(items) WITH ORDINALITY
         AS i (hold_id, account_id, key_id, gateway_id, model, input_tokens_bound, output_tokens_limit, ceiling_nano_usd,
               max_amount_nano_usd, price_id, price_plan_id, budget_nano_usd, request_digest, attempt_id, item_index)
    LEFT JOIN accounts a ON a.id = i.account_id AND a.kind = 'customer'
    LEFT JOIN holds h ON h.id = i.hold_id
    LEFT JOIN key_months m ON budgeted AND m.account_id = i.account_id AND m.key_id = i.key_id AND m.month = month_of(now())
    ORDER BY i.account_id, i.key_id, i.item_index
  LOOP
    IF item.account_id IS DISTINCT FROM current_account THEN
      current_account := item.account_id;
      current_key := NULL;
      available := item.free_nano_usd;
    END IF;
    IF item.key_id IS DISTINCT FROM current_key THEN
      current_key := item.key_id;
      budget_used := item.used_of_budget;
    END IF;
    item_index := item.item_index;
    amount_nano_usd := item.ceiling_nano_usd;
    price_id := item.price_id;
    price_plan_id := item.price_plan_id;
    available_nano_usd := available;

    IF NOT item.account_known THEN
      outcome := 'unknown-account';
    ELSIF item.hold_known AND NOT item.same_request THEN
      outcome := 'conflict';
    ELSIF item.hold_state = 'settled' AND item.request_digest IS NOT NULL THEN
      outcome := 'already-settled';
    ELSIF item.hold_known AND item.hold_state <> 'held' THEN
      outcome := 'ended';
    ELSIF item.hold_known AND NOT item.same_attempt THEN
      outcome := 'in-progress';
    ELSIF item.hold_known AND (NOT item.same_payload OR item.hold_amount > item.max_amount_nano_usd) THEN
      outcome := 'conflict';
    ELSIF item.hold_known THEN
      outcome := 'held';
      amount_nano_usd := item.hold_amount;
      price_id := item.hold_price;
      price_plan_id := item.hold_plan;
    ELSIF item.account_frozen THEN
      outcome := 'account-frozen';
    ELSIF item.ceiling_nano_usd > item.max_amount_nano_usd THEN
      outcome := 'maximum-exceeded';
    ELSIF item.ceiling_nano_usd > item.budget_nano_usd - budget_used THEN
      outcome := 'budget-exceeded';
      available_nano_usd := greatest(item.budget_nano_usd - budget_used, 0);
    ELSIF item.ceiling_nano_usd > available THEN
      outcome := 'insufficient-funds';
    ELSE
      outcome := 'held';
      available := available - item.ceiling_nano_usd;
      IF item.budget_nano_usd IS NOT NULL THEN
        budget_used := budget_used + item.ceiling_nano_usd;
      END IF;
      accepted := accepted || item.item_index;
    END IF;
    RETURN NEXT;
  END LOOP;

  -- From here it must succeed.
  INSERT INTO holds (id, account_id, state, amount_nano_usd, key_id, model, price_id, price_plan_id, gateway_id,
                     input_tokens_bound, output_tokens_limit, expires_at, request_digest, attempt_id, budget_month)
  SELECT i.hold_id, i.account_id, 'held', i.ceiling_nano_usd, i.key_id, i.model, i.price_id, i.price_plan_id, i.gateway_id,
         i.input_tokens_bound, i.output_tokens_limit, now() + p_time_to_live, i.request_digest, i.attempt_id,
         CASE WHEN i.budget_nano_usd IS NOT NULL THEN month_of(now()) END
  FROM unnest(accepted) AS accepted_index, LATERAL (SELECT (items[accepted_index]).*) AS i;

  UPDATE accounts a SET held_nano_usd = a.held_nano_usd + s.total
  FROM (SELECT i.account_id, sum(i.ceiling_nano_usd)::bigint AS total
        FROM unnest(accepted) AS accepted_index, LATERAL (SELECT (items[accepted_index]).*) AS i GROUP BY 1) s
  WHERE a.id = s.account_id;

  IF budgeted THEN
    UPDATE key_months m SET held_nano_usd = m.held_nano_usd + s.total
    FROM (SELECT i.account_id, i.key_id, sum(i.ceiling_nano_usd)::bigint AS total
          FROM unnest(accepted) AS accepted_index, LATERAL (SELECT (items[accepted_index]).*) AS i
          WHERE i.budget_nano_usd IS NOT NULL GROUP BY 1, 2) s
    WHERE m.account_id = s.account_id AND m.key_id = s.key_id AND m.month = month_of(now());
  END IF;
END $$;

CREATE TYPE settlement_item AS (
  hold_id uuid, account_id uuid, key_id uuid, model text, price_id bigint, price_plan_id bigint, cost_nano_usd bigint,
  input_tokens bigint, cached_input_tokens bigint, cache_write_5m_tokens bigint, cache_write_1h_tokens bigint,
  audio_input_tokens bigint, output_tokens bigint, reasoning_tokens bigint, usage_estimated boolean, used_at_unix_ms bigint
);

-- Outcomes: charged (also for a repeat), conflict, unknown-account. A settlement whose hold is missing or expired is
-- charged from what is available; what customer and hold cannot cover is the house's loss, and so is the cost of what was
-- used after its hold had been released.
DROP FUNCTION settle_holds(json);
CREATE FUNCTION settle_holds(p_items json)
RETURNS TABLE (item_index bigint, outcome text, cost_nano_usd bigint, charged_nano_usd bigint, used_at timestamptz)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  items           settlement_item[] := ARRAY(SELECT i FROM json_populate_recordset(NULL::settlement_item, p_items) i);
  item            record;
  current_account uuid;
  balance         bigint;
  held            bigint;
  -- Side by side: what is charged, what that frees of holds, and why the house bears what is missing (null: nothing is).
  accepted        bigint[] := '{}';
  charges         bigint[] := '{}';
  freed           bigint[] := '{}';
  budget_months   date[] := '{}';
  loss_reasons    text[] := '{}';
  lost            bigint[] := '{}';
  item_freed      bigint;
  written         bigint;
BEGIN
  PERFORM lock_accounts(ARRAY(SELECT account_id FROM unnest(items)));

  FOR item IN
    SELECT i.*, a.id IS NOT NULL AS account_known, a.balance_nano_usd, a.held_nano_usd,
           h.state AS hold_state, h.amount_nano_usd AS hold_amount, h.cost_nano_usd AS hold_cost, h.charged_nano_usd AS hold_charged,
           h.budget_month, coalesce(h.used_at, h.ended_at) AS hold_used_at, to_timestamp(i.used_at_unix_ms / 1000.0) AS item_used_at,
           h.account_id = i.account_id AS own_hold,
           h.id IS NULL OR (h.account_id, h.price_id, h.price_plan_id)
                             IS NOT DISTINCT FROM (i.account_id, i.price_id, i.price_plan_id) AS same_hold,
           (h.input_tokens, h.cached_input_tokens, h.cache_write_5m_tokens, h.cache_write_1h_tokens,
            h.audio_input_tokens, h.output_tokens, h.reasoning_tokens, h.usage_estimated)
             IS NOT DISTINCT FROM
           (i.input_tokens, i.cached_input_tokens, i.cache_write_5m_tokens, i.cache_write_1h_tokens,
            i.audio_input_tokens, i.output_tokens, i.reasoning_tokens, i.usage_estimated) AS same_usage
    FROM unnest(items) WITH ORDINALITY
         AS i (hold_id, account_id, key_id, model, price_id, price_plan_id, cost_nano_usd, input_tokens, cached_input_tokens,
               cache_write_5m_tokens, cache_write_1h_tokens, audio_input_tokens, output_tokens, reasoning_tokens,
               usage_estimated, used_at_unix_ms, item_index)
    LEFT JOIN accounts a ON a.id = i.account_id AND a.kind = 'customer'
    LEFT JOIN holds h ON h.id = i.hold_id
    ORDER BY i.account_id, i.item_index
  LOOP
    IF item.account_id IS DISTINCT FROM current_account THEN
      current_account := item.account_id;
      balance := item.balance_nano_usd;
      held := item.held_nano_usd;
    END IF;
    item_index := item.item_index;
    cost_nano_usd := item.cost_nano_usd;
    charged_nano_usd := NULL;
    used_at := item.item_used_at;

    IF NOT item.account_known THEN
      outcome := 'unknown-account';
    ELSIF item.own_hold AND item.hold_state = 'released' THEN
      outcome := 'conflict';
      lost := lost || item.item_index;
    ELSIF NOT item.same_hold OR item.hold_state = 'settled' AND NOT item.same_usage THEN
      outcome := 'conflict';
    ELSIF item.hold_state = 'settled' THEN
      outcome := 'charged';
      cost_nano_usd := item.hold_cost;
      charged_nano_usd := item.hold_charged;
      used_at := item.hold_used_at;
    ELSE
      outcome := 'charged';
      item_freed := CASE WHEN item.hold_state = 'held' THEN item.hold_amount ELSE 0 END;
      held := held - item_freed;
      charged_nano_usd := least(item.cost_nano_usd, balance - held);
      balance := balance - charged_nano_usd;
      accepted := accepted || item.item_index;
      charges := charges || charged_nano_usd;
      freed := freed || item_freed;
      budget_months := budget_months || item.budget_month;
      loss_reasons := loss_reasons ||
        CASE WHEN charged_nano_usd = item.cost_nano_usd THEN NULL
             WHEN item.hold_state = 'held' THEN 'above-hold'
             WHEN item.hold_state = 'expired' THEN 'hold-expired'
             ELSE 'hold-lost' END;
    END IF;
    RETURN NEXT;
  END LOOP;

  IF lost <> '{}' THEN
    PERFORM book_losses_after_release(items, lost);
  END IF;
  IF accepted = '{}' THEN
    RETURN;
  END IF;

  -- From here it must succeed.
  INSERT INTO holds AS h (id, account_id, state, amount_nano_usd, key_id, model, price_id, price_plan_id, ended_at, cost_nano_usd,
      charged_nano_usd, input_tokens, cached_input_tokens, cache_write_5m_tokens, cache_write_1h_tokens, audio_input_tokens,
      output_tokens, reasoning_tokens, usage_estimated, used_at)
  SELECT i.hold_id, i.account_id, 'settled', 0, i.key_id, i.model, i.price_id, i.price_plan_id, now(), i.cost_nano_usd,
      c.charged, i.input_tokens, i.cached_input_tokens, i.cache_write_5m_tokens, i.cache_write_1h_tokens, i.audio_input_tokens,
      i.output_tokens, i.reasoning_tokens, i.usage_estimated, to_timestamp(i.used_at_unix_ms / 1000.0)
  FROM unnest(accepted, charges) AS c (item_index, charged), LATERAL (SELECT (items[c.item_index]).*) AS i
  ON CONFLICT (id) DO UPDATE SET
    state = excluded.state, ended_at = excluded.ended_at, cost_nano_usd = excluded.cost_nano_usd,
    charged_nano_usd = excluded.charged_nano_usd, input_tokens = excluded.input_tokens,
    cached_input_tokens = excluded.cached_input_tokens, cache_write_5m_tokens = excluded.cache_write_5m_tokens,
    cache_write_1h_tokens = excluded.cache_write_1h_tokens, audio_input_tokens = excluded.audio_input_tokens,
    output_tokens = excluded.output_tokens, reasoning_tokens = excluded.reasoning_tokens,
    usage_estimated = excluded.usage_estimated, used_at = excluded.used_at
    WHERE h.account_id = excluded.account_id;

  -- Another account's hold of the same id, taken since we looked: its account is not locked here, so it shows only now.
  GET DIAGNOSTICS written = ROW_COUNT;
  IF written <> cardinality(accepted) THEN
    RAISE EXCEPTION 'a hold to be settled belongs to another account';
  END IF;

  -- The primary key refuses a second charge of the same hold, whatever went wrong above.
  INSERT INTO transactions (id, kind)
  SELECT (items[accepted_index]).hold_id, 'charge' FROM unnest(accepted) AS accepted_index;

  INSERT INTO entries (transaction_id, account_id, amount_nano_usd)
  SELECT i.hold_id, leg.account_id, leg.amount_nano_usd
  FROM unnest(accepted, charges) AS c (item_index, charged), LATERAL (SELECT (items[c.item_index]).*) AS i,
    LATERAL (VALUES
      (i.account_id, -c.charged),
      ('00000000-0000-0000-0000-000000000001'::uuid, i.cost_nano_usd),
      ('00000000-0000-0000-0000-000000000003'::uuid, c.charged - i.cost_nano_usd)
    ) AS leg (account_id, amount_nano_usd)
  WHERE leg.amount_nano_usd <> 0;

  INSERT INTO house_losses (transaction_id, reason, amount_nano_usd)
  SELECT (items[c.item_index]).hold_id, c.reason, (items[c.item_index]).cost_nano_usd - c.charged
  FROM unnest(accepted, charges, loss_reasons) AS c (item_index, charged, reason) WHERE c.reason IS NOT NULL;

  UPDATE accounts a SET balance_nano_usd = a.balance_nano_usd - s.charged, held_nano_usd = a.held_nano_usd - s.freed
  FROM (SELECT (items[c.item_index]).account_id AS account_id, sum(c.charged)::bigint AS charged, sum(c.freed)::bigint AS freed
        FROM unnest(accepted, charges, freed) AS c (item_index, charged, freed)
        GROUP BY 1) s
  WHERE a.id = s.account_id;

  IF array_remove(budget_months, NULL) <> '{}' THEN
    UPDATE key_months m SET charged_nano_usd = m.charged_nano_usd + s.charged, held_nano_usd = m.held_nano_usd - s.freed
    FROM (SELECT h.account_id, h.key_id, h.budget_month, sum(c.charged)::bigint AS charged, sum(c.freed)::bigint AS freed
          FROM unnest(accepted, charges, freed) AS c (item_index, charged, freed)
          JOIN holds h ON h.id = (items[c.item_index]).hold_id
          WHERE h.budget_month IS NOT NULL GROUP BY 1, 2, 3) s
    WHERE m.account_id = s.account_id AND m.key_id = s.key_id AND m.month = s.budget_month;
  END IF;
END $$;

-- What was used after its hold had been released can be charged to nobody: the house bears it, once.
CREATE FUNCTION book_losses_after_release(p_items settlement_item[], p_lost bigint[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  new_losses settlement_item[];
BEGIN
  new_losses := ARRAY(
    SELECT p_items[lost_index] FROM unnest(p_lost) AS lost_index
    WHERE (p_items[lost_index]).cost_nano_usd > 0
      AND NOT EXISTS (SELECT FROM transactions t WHERE t.id = (p_items[lost_index]).hold_id));

  -- From here it must succeed.
  INSERT INTO transactions (id, kind) SELECT i.hold_id, 'loss' FROM unnest(new_losses) AS i;
  INSERT INTO entries (transaction_id, account_id, amount_nano_usd)
  SELECT i.hold_id, leg.account_id, leg.amount_nano_usd
  FROM unnest(new_losses) AS i, LATERAL (VALUES
    ('00000000-0000-0000-0000-000000000001'::uuid, i.cost_nano_usd),
    ('00000000-0000-0000-0000-000000000003'::uuid, -i.cost_nano_usd)
  ) AS leg (account_id, amount_nano_usd);
  INSERT INTO house_losses (transaction_id, reason, amount_nano_usd)
  SELECT i.hold_id, 'after-release', i.cost_nano_usd FROM unnest(new_losses) AS i;
END $$;

-- Outcomes: released (also for a repeat), conflict, unknown-account. A release that overtakes its hold leaves a tombstone,
-- so that the late hold is refused; a hold that expired is released for good: it cannot be settled any more.
CREATE OR REPLACE FUNCTION release_holds(p_items json)
RETURNS TABLE (item_index bigint, outcome text)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  known_accounts uuid[];
BEGIN
  -- A release lost in a power cut is made up for by the hold's expiry.
  PERFORM set_config('synchronous_commit', 'off', true);
  PERFORM lock_accounts(ARRAY(SELECT (value ->> 'account_id')::uuid FROM json_array_elements(p_items)));
  known_accounts := ARRAY(
    SELECT id FROM accounts
    WHERE kind = 'customer' AND id IN (SELECT (value ->> 'account_id')::uuid FROM json_array_elements(p_items)));

  UPDATE holds h SET state = 'released'
  FROM json_to_recordset(p_items) AS i (hold_id uuid, account_id uuid)
  WHERE h.id = i.hold_id AND h.account_id = i.account_id AND h.state = 'expired';

  WITH released AS (
    UPDATE holds h SET state = 'released', ended_at = now()
    FROM json_to_recordset(p_items) AS i (hold_id uuid, account_id uuid)
    WHERE h.id = i.hold_id AND h.account_id = i.account_id AND h.state = 'held'
    RETURNING h.account_id, h.key_id, h.budget_month, h.amount_nano_usd
  ), given_back AS (
    UPDATE key_months m SET held_nano_usd = m.held_nano_usd - s.total
    FROM (SELECT account_id, key_id, budget_month, sum(amount_nano_usd)::bigint AS total
          FROM released WHERE budget_month IS NOT NULL GROUP BY 1, 2, 3) s
    WHERE m.account_id = s.account_id AND m.key_id = s.key_id AND m.month = s.budget_month
  )
  UPDATE accounts a SET held_nano_usd = a.held_nano_usd - s.total
  FROM (SELECT account_id, sum(amount_nano_usd)::bigint AS total FROM released GROUP BY 1) s
  WHERE a.id = s.account_id;

  INSERT INTO holds (id, account_id, state, amount_nano_usd, ended_at)
  SELECT i.hold_id, i.account_id, 'released', 0, now()
  FROM json_to_recordset(p_items) AS i (hold_id uuid, account_id uuid)
  WHERE i.account_id = ANY (known_accounts)
  ON CONFLICT (id) DO NOTHING;

  RETURN QUERY
  SELECT i.item_index,
         CASE WHEN NOT i.account_id = ANY (known_accounts) THEN 'unknown-account'
              WHEN h.account_id = i.account_id AND h.state = 'released' THEN 'released'
              ELSE 'conflict' END
  FROM ROWS FROM (json_to_recordset(p_items) AS (hold_id uuid, account_id uuid)) WITH ORDINALITY
       AS i (hold_id, account_id, item_index)
  LEFT JOIN holds h ON h.id = i.hold_id;
END $$;

-- As before; what an expired hold held of its key's budget is given back too, and one sweep works at a time:
-- another one finds nothing to do.
CREATE OR REPLACE FUNCTION expire_holds(p_silence interval, p_limit integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  candidates uuid[];
  ended      integer;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtext('tokenroute.expire_holds')) THEN
    RETURN 0;
  END IF;
  PERFORM set_config('synchronous_commit', 'off', true);
  candidates := ARRAY(
    SELECT h.id FROM holds h LEFT JOIN gateways g ON g.id = h.gateway_id
    WHERE h.state = 'held'
      AND (h.expires_at < now() OR coalesce(g.alive_at, h.created_at) < now() - p_silence)
    LIMIT p_limit);
  PERFORM lock_accounts(ARRAY(SELECT DISTINCT account_id FROM holds WHERE id = ANY (candidates)));

  WITH expired AS (
    UPDATE holds SET state = 'expired', ended_at = now()
    WHERE id = ANY (candidates) AND state = 'held'
    RETURNING account_id, key_id, budget_month, amount_nano_usd
  ), given_back AS (
    UPDATE accounts a SET held_nano_usd = a.held_nano_usd - s.total
    FROM (SELECT account_id, sum(amount_nano_usd)::bigint AS total FROM expired GROUP BY 1) s
    WHERE a.id = s.account_id
  ), given_back_to_budget AS (
    UPDATE key_months m SET held_nano_usd = m.held_nano_usd - s.total
    FROM (SELECT account_id, key_id, budget_month, sum(amount_nano_usd)::bigint AS total
          FROM expired WHERE budget_month IS NOT NULL GROUP BY 1, 2, 3) s
    WHERE m.account_id = s.account_id AND m.key_id = s.key_id AND m.month = s.budget_month
  )
  SELECT count(*) INTO ended FROM expired;
  RETURN ended;
END $$;
