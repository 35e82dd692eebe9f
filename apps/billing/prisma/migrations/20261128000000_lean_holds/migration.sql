-- Cheaper holds and charges: a batch comes as arrays side by side, one for each field, and every row is found by its key. The
-- rules are those of before. The forms that take JSON stay for the services of the version before.
--
-- Plans are kept for each connection, so they outlive what the tables were like when they were made: for one that was empty
-- then, joining it whole looks as good as looking up a row, and it goes on so when it has a million (0007). The settings
-- leave one way to join: a lookup by index for each item of the batch.

-- Outcomes: held, maximum-exceeded, insufficient-funds, budget-exceeded, account-frozen, unknown-account, conflict, ended,
-- already-settled, in-progress. For budget-exceeded, available is what the budget leaves.
CREATE FUNCTION reserve_holds(
  p_hold_ids uuid[], p_account_ids uuid[], p_key_ids uuid[], p_gateway_ids uuid[], p_models text[], p_input_tokens_bounds bigint[],
  p_output_tokens_limits bigint[], p_ceilings_nano_usd bigint[], p_max_amounts_nano_usd bigint[], p_price_ids bigint[],
  p_price_plan_ids bigint[], p_budgets_nano_usd bigint[], p_request_digests bytea[], p_attempt_ids uuid[], p_time_to_live interval)
RETURNS TABLE (item_index bigint, outcome text, amount_nano_usd bigint, price_id bigint, price_plan_id bigint,
               available_nano_usd bigint)
LANGUAGE plpgsql
SET plan_cache_mode = force_generic_plan
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_material = off
AS $$
#variable_conflict use_column
DECLARE
  item            record;
  current_account uuid;
  current_key     uuid;
  available       bigint;
  budget_used     bigint;
  -- Of each item whether a hold is to be written.
  accepted        boolean[] := array_fill(false, ARRAY[cardinality(p_hold_ids)]);
BEGIN
  -- A hold lost in a power cut loses nobody's money: its settlement is charged without it.
  PERFORM set_config('synchronous_commit', 'off', true);
  PERFORM FROM accounts WHERE id = ANY (p_account_ids) AND kind = 'customer' ORDER BY id FOR UPDATE;
  IF array_remove(p_budgets_nano_usd, NULL) <> '{}' THEN
    PERFORM begin_key_months(array_agg(account_id), array_agg(key_id))
    FROM unnest(p_account_ids, p_key_ids, p_budgets_nano_usd) AS i (account_id, key_id, budget) WHERE budget IS NOT NULL;
  END IF;

  FOR item IN
    SELECT i.*, a.id IS NOT NULL AS account_known, a.frozen_at IS NOT NULL AS account_frozen,
           a.balance_nano_usd - a.held_nano_usd AS free_nano_usd,
           h.id IS NOT NULL AS hold_known, h.state AS hold_state, h.amount_nano_usd AS hold_amount, h.price_id AS hold_price,
           h.price_plan_id AS hold_plan, h.attempt_id IS NOT DISTINCT FROM i.attempt_id AS same_attempt,
           h.request_digest IS NULL OR h.request_digest IS NOT DISTINCT FROM i.request_digest AS same_request,
           (h.account_id, h.key_id, h.model, h.input_tokens_bound, h.output_tokens_limit)
             IS NOT DISTINCT FROM (i.account_id, i.key_id, i.model, i.input_tokens_bound, i.output_tokens_limit) AS same_payload
    FROM unnest(p_hold_ids, p_account_ids, p_key_ids, p_models, p_input_tokens_bounds, p_output_tokens_limits, p_ceilings_nano_usd,
                p_max_amounts_nano_usd, p_price_ids, p_price_plan_ids, p_budgets_nano_usd, p_request_digests, p_attempt_ids)
         WITH ORDINALITY
         AS i (hold_id, account_id, key_id, model, input_tokens_bound, output_tokens_limit, ceiling_nano_usd,
               max_amount_nano_usd, price_id, price_plan_id, budget_nano_usd, request_digest, attempt_id, item_index)
    LEFT JOIN accounts a ON a.id = i.account_id AND a.kind = 'customer'
    LEFT JOIN holds h ON h.id = i.hold_id
    ORDER BY i.account_id, i.key_id, i.item_index
  LOOP
    IF item.account_id IS DISTINCT FROM current_account THEN
      current_account := item.account_id;
      current_key := NULL;
      available := item.free_nano_usd;
    END IF;
    IF item.key_id IS DISTINCT FROM current_key THEN
      current_key := item.key_id;
      budget_used := NULL;
    END IF;
    IF item.budget_nano_usd IS NOT NULL AND budget_used IS NULL THEN
      SELECT m.held_nano_usd + m.charged_nano_usd INTO budget_used FROM key_months m
      WHERE m.account_id = item.account_id AND m.key_id = item.key_id AND m.month = month_of(now());
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
      accepted[item.item_index] := true;
    END IF;
    RETURN NEXT;
  END LOOP;

  -- From here it must succeed.
  WITH taken AS (
    INSERT INTO holds (id, account_id, state, amount_nano_usd, key_id, model, price_id, price_plan_id, gateway_id,
                       input_tokens_bound, output_tokens_limit, expires_at, request_digest, attempt_id, budget_month)
    SELECT i.hold_id, i.account_id, 'held', i.ceiling_nano_usd, i.key_id, i.model, i.price_id, i.price_plan_id, i.gateway_id,
           i.input_tokens_bound, i.output_tokens_limit, now() + p_time_to_live, i.request_digest, i.attempt_id,
           CASE WHEN i.budget_nano_usd IS NOT NULL THEN month_of(now()) END
    FROM unnest(p_hold_ids, p_account_ids, p_key_ids, p_gateway_ids, p_models, p_input_tokens_bounds, p_output_tokens_limits,
                p_ceilings_nano_usd, p_price_ids, p_price_plan_ids, p_budgets_nano_usd, p_request_digests, p_attempt_ids, accepted)
         AS i (hold_id, account_id, key_id, gateway_id, model, input_tokens_bound, output_tokens_limit, ceiling_nano_usd, price_id,
               price_plan_id, budget_nano_usd, request_digest, attempt_id, accepted)
    WHERE i.accepted
    RETURNING account_id, amount_nano_usd
  )
  UPDATE accounts a SET held_nano_usd = a.held_nano_usd + s.total
  FROM (SELECT account_id, sum(amount_nano_usd)::bigint AS total FROM taken GROUP BY 1) s
  WHERE a.id = s.account_id;

  IF array_remove(p_budgets_nano_usd, NULL) <> '{}' THEN
    UPDATE key_months m SET held_nano_usd = m.held_nano_usd + s.total
    FROM (SELECT account_id, key_id, sum(ceiling_nano_usd)::bigint AS total
          FROM unnest(p_account_ids, p_key_ids, p_ceilings_nano_usd, p_budgets_nano_usd, accepted)
               AS i (account_id, key_id, ceiling_nano_usd, budget_nano_usd, accepted)
          WHERE i.accepted AND i.budget_nano_usd IS NOT NULL GROUP BY 1, 2) s
    WHERE m.account_id = s.account_id AND m.key_id = s.key_id AND m.month = month_of(now());
  END IF;
END $$;

-- Outcomes: charged (also for a repeat), conflict, unknown-account. A settlement whose hold is missing or expired is
-- charged from what is available; what customer and hold cannot cover is the house's loss, and so is the cost of what was
-- used after its hold had been released.
CREATE FUNCTION settle_holds(
  p_hold_ids uuid[], p_account_ids uuid[], p_key_ids uuid[], p_models text[], p_price_ids bigint[], p_price_plan_ids bigint[],
  p_costs_nano_usd bigint[], p_input_tokens bigint[], p_cached_input_tokens bigint[], p_cache_write_5m_tokens bigint[],
  p_cache_write_1h_tokens bigint[], p_audio_input_tokens bigint[], p_output_tokens bigint[], p_reasoning_tokens bigint[],
  p_usage_estimated boolean[], p_used_at_unix_ms bigint[])
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
      p_output_tokens, p_reasoning_tokens, p_usage_estimated, p_used_at_unix_ms
    ) AS i (hold_id, account_id, key_id, model, price_id, price_plan_id, cost, charged, freed, input_tokens, cached_input_tokens,
            cache_write_5m_tokens, cache_write_1h_tokens, audio_input_tokens, output_tokens, reasoning_tokens, usage_estimated,
            used_at_unix_ms)
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
      output_tokens, reasoning_tokens, usage_estimated, used_at)
  SELECT c.hold_id, c.account_id, 'settled', 0, c.key_id, c.model, c.price_id, c.price_plan_id, now(), c.cost,
      c.charged, c.input_tokens, c.cached_input_tokens, c.cache_write_5m_tokens, c.cache_write_1h_tokens, c.audio_input_tokens,
      c.output_tokens, c.reasoning_tokens, c.usage_estimated, to_timestamp(c.used_at_unix_ms / 1000.0)
  FROM charge c
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

-- What was used after its hold had been released can be charged to nobody: the house bears it, once.
CREATE FUNCTION book_loss_after_release(p_hold_id uuid, p_cost_nano_usd bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF p_cost_nano_usd = 0 OR EXISTS (SELECT FROM transactions WHERE id = p_hold_id) THEN
    RETURN;
  END IF;

  -- From here it must succeed.
  INSERT INTO transactions (id, kind) VALUES (p_hold_id, 'loss');
  INSERT INTO entries (transaction_id, account_id, amount_nano_usd) VALUES
    (p_hold_id, '00000000-0000-0000-0000-000000000001', p_cost_nano_usd),
    (p_hold_id, '00000000-0000-0000-0000-000000000003', -p_cost_nano_usd);
  INSERT INTO house_losses (transaction_id, reason, amount_nano_usd) VALUES (p_hold_id, 'after-release', p_cost_nano_usd);
END $$;

-- Outcomes: released (also for a repeat), conflict, unknown-account. A release that overtakes its hold leaves a tombstone,
-- so that the late hold is refused; a hold that expired is released for good: it cannot be settled any more.
CREATE FUNCTION release_holds(p_hold_ids uuid[], p_account_ids uuid[])
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
  INSERT INTO holds AS h (id, account_id, state, amount_nano_usd, ended_at)
  SELECT hold_id, account_id, 'released', 0, now()
  FROM unnest(p_hold_ids, p_account_ids, freed) AS i (hold_id, account_id, freed)
  WHERE freed IS NOT NULL
  ON CONFLICT (id) DO UPDATE SET state = excluded.state, ended_at = coalesce(h.ended_at, excluded.ended_at)
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

ALTER FUNCTION expire_holds(interval, integer) SET enable_seqscan = off;
ALTER FUNCTION expire_holds(interval, integer) SET enable_hashjoin = off;
ALTER FUNCTION expire_holds(interval, integer) SET enable_mergejoin = off;
ALTER FUNCTION expire_holds(interval, integer) SET enable_material = off;
