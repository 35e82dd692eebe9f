-- How a request went for its client: written with the end of its hold, in the same statement. Nothing about money depends on it.
-- The forms without it stay for the services of the version before.

-- Null: under way, or nobody told.
ALTER TABLE holds
  ADD COLUMN http_status    smallint,
  ADD COLUMN duration_ms    integer,
  ADD COLUMN first_token_ms integer,
  ADD COLUMN streamed       boolean,
  ADD COLUMN finish_reason  text,
  ADD COLUMN upstream_model text;

-- Outcomes: charged (also for a repeat), conflict, unknown-account. A settlement whose hold is missing or expired is
-- charged from what is available; what customer and hold cannot cover is the house's loss, and so is the cost of what was
-- used after its hold had been released.
CREATE FUNCTION settle_holds(
  p_hold_ids uuid[], p_account_ids uuid[], p_key_ids uuid[], p_models text[], p_price_ids bigint[], p_price_plan_ids bigint[],
  p_costs_nano_usd bigint[], p_input_tokens bigint[], p_cached_input_tokens bigint[], p_cache_write_5m_tokens bigint[],
  p_cache_write_1h_tokens bigint[], p_audio_input_tokens bigint[], p_output_tokens bigint[], p_reasoning_tokens bigint[],
  p_usage_estimated boolean[], p_used_at_unix_ms bigint[], p_http_statuses smallint[], p_durations_ms integer[],
  p_first_tokens_ms integer[], p_streamed boolean[], p_finish_reasons text[], p_upstream_models text[])
RETURNS TABLE (item_index bigint, outcome text, cost_nano_usd bigint, charged_nano_usd bigint, used_at timestamptz)
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_material = off
AS $$
#variable_conflict use_column
DECLARE
  item            record;
  current_account uuid;
  balance         bigint;
  held            bigint;
  item_freed      bigint;
  written         bigint;
  to_charge       integer := 0;
  -- Of each item what is charged (null: nothing is to be written), what that frees of its hold, which key's budget of which
  -- month it counts for (null: none), and why the house bears what is missing (null: nothing is).
  charges         bigint[] := array_fill(NULL::bigint, ARRAY[cardinality(p_hold_ids)]);
  freed           bigint[] := array_fill(NULL::bigint, ARRAY[cardinality(p_hold_ids)]);
  budget_keys     uuid[] := array_fill(NULL::uuid, ARRAY[cardinality(p_hold_ids)]);
  budget_months   date[] := array_fill(NULL::date, ARRAY[cardinality(p_hold_ids)]);
  loss_reasons    text[] := array_fill(NULL::text, ARRAY[cardinality(p_hold_ids)]);
BEGIN
  PERFORM FROM accounts WHERE id = ANY (p_account_ids) AND kind = 'customer' ORDER BY id FOR UPDATE;

  FOR item IN
    SELECT i.*, a.id IS NOT NULL AS account_known, a.balance_nano_usd, a.held_nano_usd,
           h.state AS hold_state, h.amount_nano_usd AS hold_amount, h.cost_nano_usd AS hold_cost, h.charged_nano_usd AS hold_charged,
           h.key_id AS budget_key, h.budget_month, coalesce(h.used_at, h.ended_at) AS hold_used_at, to_timestamp(i.used_at_unix_ms / 1000.0) AS item_used_at,
           h.account_id = i.account_id AS own_hold,
           h.id IS NULL OR (h.account_id, h.price_id, h.price_plan_id)
                             IS NOT DISTINCT FROM (i.account_id, i.price_id, i.price_plan_id) AS same_hold,
           (h.input_tokens, h.cached_input_tokens, h.cache_write_5m_tokens, h.cache_write_1h_tokens,
            h.audio_input_tokens, h.output_tokens, h.reasoning_tokens, h.usage_estimated)
             IS NOT DISTINCT FROM
           (i.input_tokens, i.cached_input_tokens, i.cache_write_5m_tokens, i.cache_write_1h_tokens,
            i.audio_input_tokens, i.output_tokens, i.reasoning_tokens, i.usage_estimated) AS same_usage
    FROM unnest(p_hold_ids, p_account_ids, p_price_ids, p_price_plan_ids, p_costs_nano_usd, p_input_tokens, p_cached_input_tokens,
                p_cache_write_5m_tokens, p_cache_write_1h_tokens, p_audio_input_tokens, p_output_tokens, p_reasoning_tokens,
                p_usage_estimated, p_used_at_unix_ms) WITH ORDINALITY
         AS i (hold_id, account_id, price_id, price_plan_id, cost_nano_usd, input_tokens, cached_input_tokens,
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
      PERFORM book_loss_after_release(item.hold_id, item.cost_nano_usd);
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
      to_charge := to_charge + 1;
      charges[item.item_index] := charged_nano_usd;
      freed[item.item_index] := item_freed;
      budget_keys[item.item_index] := item.budget_key;
      budget_months[item.item_index] := item.budget_month;
      IF charged_nano_usd < item.cost_nano_usd THEN
        loss_reasons[item.item_index] :=
          CASE item.hold_state WHEN 'held' THEN 'above-hold' WHEN 'expired' THEN 'hold-expired' ELSE 'hold-lost' END;
      END IF;
    END IF;
    RETURN NEXT;
  END LOOP;

  IF to_charge = 0 THEN
    RETURN;
  END IF;

  -- From here it must succeed.
  WITH charge AS (
    SELECT i.* FROM unnest(
      p_hold_ids, p_account_ids, p_key_ids, p_models, p_price_ids, p_price_plan_ids, p_costs_nano_usd, charges, freed,
      p_input_tokens, p_cached_input_tokens, p_cache_write_5m_tokens, p_cache_write_1h_tokens, p_audio_input_tokens,
      p_output_tokens, p_reasoning_tokens, p_usage_estimated, p_used_at_unix_ms, p_http_statuses, p_durations_ms,
      p_first_tokens_ms, p_streamed, p_finish_reasons, p_upstream_models
    ) AS i (hold_id, account_id, key_id, model, price_id, price_plan_id, cost, charged, freed, input_tokens, cached_input_tokens,
            cache_write_5m_tokens, cache_write_1h_tokens, audio_input_tokens, output_tokens, reasoning_tokens, usage_estimated,
            used_at_unix_ms, http_status, duration_ms, first_token_ms, streamed, finish_reason, upstream_model)
    WHERE i.charged IS NOT NULL
  ), charge_transactions AS (
    -- The primary key refuses a second charge of the same hold, whatever went wrong above.
    INSERT INTO transactions (id, kind) SELECT hold_id, 'charge' FROM charge
  ), charge_entries AS (
    INSERT INTO entries (transaction_id, account_id, amount_nano_usd)
    SELECT c.hold_id, leg.account_id, leg.amount_nano_usd
    FROM charge c, LATERAL (VALUES
      (c.account_id, -c.charged),
      ('00000000-0000-0000-0000-000000000001'::uuid, c.cost),
      ('00000000-0000-0000-0000-000000000003'::uuid, c.charged - c.cost)
    ) AS leg (account_id, amount_nano_usd)
    WHERE leg.amount_nano_usd <> 0
  ), charged_accounts AS (
    UPDATE accounts a SET balance_nano_usd = a.balance_nano_usd - s.charged, held_nano_usd = a.held_nano_usd - s.freed
    FROM (SELECT account_id, sum(charged)::bigint AS charged, sum(freed)::bigint AS freed FROM charge GROUP BY 1) s
    WHERE a.id = s.account_id
  )
  INSERT INTO holds AS h (id, account_id, state, amount_nano_usd, key_id, model, price_id, price_plan_id, ended_at, cost_nano_usd,
      charged_nano_usd, input_tokens, cached_input_tokens, cache_write_5m_tokens, cache_write_1h_tokens, audio_input_tokens,
      output_tokens, reasoning_tokens, usage_estimated, used_at, http_status, duration_ms, first_token_ms, streamed, finish_reason,
      upstream_model)
  SELECT c.hold_id, c.account_id, 'settled', 0, c.key_id, c.model, c.price_id, c.price_plan_id, now(), c.cost,
      c.charged, c.input_tokens, c.cached_input_tokens, c.cache_write_5m_tokens, c.cache_write_1h_tokens, c.audio_input_tokens,
      c.output_tokens, c.reasoning_tokens, c.usage_estimated, to_timestamp(c.used_at_unix_ms / 1000.0), c.http_status,
      c.duration_ms, c.first_token_ms, c.streamed, c.finish_reason, c.upstream_model
  FROM charge c
  ON CONFLICT (id) DO UPDATE SET
    state = excluded.state, ended_at = excluded.ended_at, cost_nano_usd = excluded.cost_nano_usd,
    charged_nano_usd = excluded.charged_nano_usd, input_tokens = excluded.input_tokens,
    cached_input_tokens = excluded.cached_input_tokens, cache_write_5m_tokens = excluded.cache_write_5m_tokens,
    cache_write_1h_tokens = excluded.cache_write_1h_tokens, audio_input_tokens = excluded.audio_input_tokens,
    output_tokens = excluded.output_tokens, reasoning_tokens = excluded.reasoning_tokens,
    usage_estimated = excluded.usage_estimated, used_at = excluded.used_at, http_status = excluded.http_status,
    duration_ms = excluded.duration_ms, first_token_ms = excluded.first_token_ms, streamed = excluded.streamed,
    finish_reason = excluded.finish_reason, upstream_model = excluded.upstream_model
    WHERE h.account_id = excluded.account_id;

  -- Another account's hold of the same id, taken since we looked: its account is not locked here, so it shows only now.
  GET DIAGNOSTICS written = ROW_COUNT;
  IF written <> to_charge THEN
    RAISE EXCEPTION 'a hold to be settled belongs to another account';
  END IF;

  IF array_remove(loss_reasons, NULL) <> '{}' THEN
    INSERT INTO house_losses (transaction_id, reason, amount_nano_usd)
    SELECT hold_id, reason, cost_nano_usd - charged
    FROM unnest(p_hold_ids, p_costs_nano_usd, charges, loss_reasons) AS i (hold_id, cost_nano_usd, charged, reason)
    WHERE reason IS NOT NULL;
  END IF;

  IF array_remove(budget_months, NULL) <> '{}' THEN
    UPDATE key_months m SET charged_nano_usd = m.charged_nano_usd + s.charged, held_nano_usd = m.held_nano_usd - s.freed
    FROM (SELECT account_id, key_id, budget_month, sum(charged)::bigint AS charged, sum(freed)::bigint AS freed
          FROM unnest(p_account_ids, budget_keys, budget_months, charges, freed)
               AS i (account_id, key_id, budget_month, charged, freed)
          WHERE budget_month IS NOT NULL GROUP BY 1, 2, 3) s
    WHERE m.account_id = s.account_id AND m.key_id = s.key_id AND m.month = s.budget_month;
  END IF;
END $$;

CREATE OR REPLACE FUNCTION settle_holds(
  p_hold_ids uuid[], p_account_ids uuid[], p_key_ids uuid[], p_models text[], p_price_ids bigint[], p_price_plan_ids bigint[],
  p_costs_nano_usd bigint[], p_input_tokens bigint[], p_cached_input_tokens bigint[], p_cache_write_5m_tokens bigint[],
  p_cache_write_1h_tokens bigint[], p_audio_input_tokens bigint[], p_output_tokens bigint[], p_reasoning_tokens bigint[],
  p_usage_estimated boolean[], p_used_at_unix_ms bigint[])
RETURNS TABLE (item_index bigint, outcome text, cost_nano_usd bigint, charged_nano_usd bigint, used_at timestamptz)
LANGUAGE sql AS $$
  -- Arrays that are too short end in nulls.
  SELECT * FROM settle_holds(
    p_hold_ids, p_account_ids, p_key_ids, p_models, p_price_ids, p_price_plan_ids, p_costs_nano_usd, p_input_tokens,
    p_cached_input_tokens, p_cache_write_5m_tokens, p_cache_write_1h_tokens, p_audio_input_tokens, p_output_tokens,
    p_reasoning_tokens, p_usage_estimated, p_used_at_unix_ms, '{}', '{}', '{}', '{}', '{}', '{}')
$$;

-- Outcomes: released (also for a repeat), conflict, unknown-account. A release that overtakes its hold leaves a tombstone,
-- so that the late hold is refused; a hold that expired is released for good: it cannot be settled any more.
CREATE FUNCTION release_holds(
  p_hold_ids uuid[], p_account_ids uuid[], p_http_statuses smallint[], p_durations_ms integer[], p_first_tokens_ms integer[],
  p_streamed boolean[], p_finish_reasons text[], p_upstream_models text[])
RETURNS TABLE (item_index bigint, outcome text)
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_material = off
AS $$
#variable_conflict use_column
DECLARE
  item          record;
  to_write      integer := 0;
  written       integer;
  -- Of each item what it gives back (null: nothing is to be written), and to which key's budget of which month (null: none).
  freed         bigint[] := array_fill(NULL::bigint, ARRAY[cardinality(p_hold_ids)]);
  budget_keys   uuid[] := array_fill(NULL::uuid, ARRAY[cardinality(p_hold_ids)]);
  budget_months date[] := array_fill(NULL::date, ARRAY[cardinality(p_hold_ids)]);
BEGIN
  -- A release lost in a power cut is made up for by the hold's expiry.
  PERFORM set_config('synchronous_commit', 'off', true);
  PERFORM FROM accounts WHERE id = ANY (p_account_ids) AND kind = 'customer' ORDER BY id FOR UPDATE;

  FOR item IN
    SELECT i.item_index, a.id IS NOT NULL AS account_known, h.account_id <> i.account_id AS foreign_hold,
           h.state AS hold_state, h.amount_nano_usd AS hold_amount, h.key_id, h.budget_month
    FROM unnest(p_hold_ids, p_account_ids) WITH ORDINALITY AS i (hold_id, account_id, item_index)
    LEFT JOIN accounts a ON a.id = i.account_id AND a.kind = 'customer'
    LEFT JOIN holds h ON h.id = i.hold_id
  LOOP
    item_index := item.item_index;
    IF NOT item.account_known THEN
      outcome := 'unknown-account';
    ELSIF item.foreign_hold OR item.hold_state = 'settled' THEN
      outcome := 'conflict';
    ELSE
      outcome := 'released';
      IF item.hold_state IS DISTINCT FROM 'released' THEN
        to_write := to_write + 1;
        freed[item.item_index] := CASE WHEN item.hold_state = 'held' THEN item.hold_amount ELSE 0 END;
        budget_keys[item.item_index] := item.key_id;
        budget_months[item.item_index] := item.budget_month;
      END IF;
    END IF;
    RETURN NEXT;
  END LOOP;

  -- From here it must succeed.
  INSERT INTO holds AS h (id, account_id, state, amount_nano_usd, ended_at, http_status, duration_ms, first_token_ms, streamed,
      finish_reason, upstream_model)
  SELECT hold_id, account_id, 'released', 0, now(), http_status, duration_ms, first_token_ms, streamed, finish_reason,
      upstream_model
  FROM unnest(p_hold_ids, p_account_ids, freed, p_http_statuses, p_durations_ms, p_first_tokens_ms, p_streamed, p_finish_reasons,
              p_upstream_models)
       AS i (hold_id, account_id, freed, http_status, duration_ms, first_token_ms, streamed, finish_reason, upstream_model)
  WHERE freed IS NOT NULL
  ON CONFLICT (id) DO UPDATE SET state = excluded.state, ended_at = coalesce(h.ended_at, excluded.ended_at),
    http_status = excluded.http_status, duration_ms = excluded.duration_ms, first_token_ms = excluded.first_token_ms,
    streamed = excluded.streamed, finish_reason = excluded.finish_reason, upstream_model = excluded.upstream_model
    WHERE h.account_id = excluded.account_id;

  GET DIAGNOSTICS written = ROW_COUNT;
  IF written <> to_write THEN
    RAISE EXCEPTION 'a hold to be released belongs to another account';
  END IF;

  UPDATE accounts a SET held_nano_usd = a.held_nano_usd - s.total
  FROM (SELECT account_id, sum(freed)::bigint AS total
        FROM unnest(p_account_ids, freed) AS i (account_id, freed) WHERE freed > 0 GROUP BY 1) s
  WHERE a.id = s.account_id;

  IF array_remove(budget_months, NULL) <> '{}' THEN
    UPDATE key_months m SET held_nano_usd = m.held_nano_usd - s.total
    FROM (SELECT account_id, key_id, budget_month, sum(freed)::bigint AS total
          FROM unnest(p_account_ids, budget_keys, budget_months, freed) AS i (account_id, key_id, budget_month, freed)
          WHERE budget_month IS NOT NULL GROUP BY 1, 2, 3) s
    WHERE m.account_id = s.account_id AND m.key_id = s.key_id AND m.month = s.budget_month;
  END IF;
END $$;

CREATE OR REPLACE FUNCTION release_holds(p_hold_ids uuid[], p_account_ids uuid[])
RETURNS TABLE (item_index bigint, outcome text)
LANGUAGE sql AS $$
  SELECT * FROM release_holds(p_hold_ids, p_account_ids, '{}', '{}', '{}', '{}', '{}', '{}')
$$;
