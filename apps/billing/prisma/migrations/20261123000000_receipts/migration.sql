-- What a receipt needs: when the answer of a settled hold ended (it decides between peak and other hours, so its cost can
-- be told item by item later), and a customer's own maximum that is checked before a hold is taken.

ALTER TABLE holds ADD COLUMN used_at timestamptz;

-- Outcomes: held, maximum-exceeded, insufficient-funds, unknown-account, conflict, ended.
CREATE OR REPLACE FUNCTION reserve_holds(p_items json, p_time_to_live interval)
RETURNS TABLE (item_index bigint, outcome text, amount_nano_usd bigint, price_id bigint, available_nano_usd bigint)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  item            record;
  current_account uuid;
  available       bigint;
  accepted        bigint[] := '{}';
BEGIN
  -- A hold lost in a power cut loses nobody's money: its settlement is charged without it.
  PERFORM set_config('synchronous_commit', 'off', true);
  PERFORM lock_accounts(ARRAY(SELECT (value ->> 'account_id')::uuid FROM json_array_elements(p_items)));

  FOR item IN
    SELECT i.*, a.id IS NOT NULL AS account_known, a.balance_nano_usd - a.held_nano_usd AS free_nano_usd,
           h.id IS NOT NULL AS hold_known, h.state AS hold_state, h.amount_nano_usd AS hold_amount, h.price_id AS hold_price,
           (h.account_id, h.key_id, h.model, h.input_tokens_bound, h.output_tokens_limit)
             IS NOT DISTINCT FROM (i.account_id, i.key_id, i.model, i.input_tokens_bound, i.output_tokens_limit) AS same_payload
    FROM ROWS FROM (json_to_recordset(p_items) AS (
           hold_id uuid, account_id uuid, key_id uuid, model text, input_tokens_bound bigint, output_tokens_limit bigint,
           ceiling_nano_usd bigint, max_amount_nano_usd bigint, price_id bigint)) WITH ORDINALITY
         AS i (hold_id, account_id, key_id, model, input_tokens_bound, output_tokens_limit, ceiling_nano_usd, max_amount_nano_usd,
               price_id, item_index)
    LEFT JOIN accounts a ON a.id = i.account_id AND a.kind = 'customer'
    LEFT JOIN holds h ON h.id = i.hold_id
    ORDER BY i.account_id, i.item_index
  LOOP
    IF item.account_id IS DISTINCT FROM current_account THEN
      current_account := item.account_id;
      available := item.free_nano_usd;
    END IF;
    item_index := item.item_index;
    amount_nano_usd := item.ceiling_nano_usd;
    price_id := item.price_id;
    available_nano_usd := available;

    IF NOT item.account_known THEN
      outcome := 'unknown-account';
    ELSIF item.hold_known AND item.hold_state <> 'held' THEN
      outcome := 'ended';
    ELSIF item.hold_known AND (NOT item.same_payload OR item.hold_amount > item.max_amount_nano_usd) THEN
      outcome := 'conflict';
    ELSIF item.hold_known THEN
      outcome := 'held';
      amount_nano_usd := item.hold_amount;
      price_id := item.hold_price;
    ELSIF item.ceiling_nano_usd > item.max_amount_nano_usd THEN
      outcome := 'maximum-exceeded';
    ELSIF item.ceiling_nano_usd > available THEN
      outcome := 'insufficient-funds';
    ELSE
      outcome := 'held';
      available := available - item.ceiling_nano_usd;
      accepted := accepted || item.item_index;
    END IF;
    RETURN NEXT;
  END LOOP;

  -- From here it must succeed.
  INSERT INTO holds (id, account_id, state, amount_nano_usd, key_id, model, price_id, gateway_id,
                     input_tokens_bound, output_tokens_limit, expires_at)
  SELECT (i.value ->> 'hold_id')::uuid, (i.value ->> 'account_id')::uuid, 'held', (i.value ->> 'ceiling_nano_usd')::bigint,
         (i.value ->> 'key_id')::uuid, i.value ->> 'model', (i.value ->> 'price_id')::bigint, (i.value ->> 'gateway_id')::uuid,
         (i.value ->> 'input_tokens_bound')::bigint, (i.value ->> 'output_tokens_limit')::bigint, now() + p_time_to_live
  FROM json_array_elements(p_items) WITH ORDINALITY AS i (value, item_index)
  WHERE i.item_index = ANY (accepted);

  UPDATE accounts a SET held_nano_usd = a.held_nano_usd + s.total
  FROM (SELECT (i.value ->> 'account_id')::uuid AS account_id, sum((i.value ->> 'ceiling_nano_usd')::bigint)::bigint AS total
        FROM json_array_elements(p_items) WITH ORDINALITY AS i (value, item_index)
        WHERE i.item_index = ANY (accepted) GROUP BY 1) s
  WHERE a.id = s.account_id;
END $$;

-- As before; a repeat is told when the answer ended that was charged.
DROP FUNCTION settle_holds(json);
CREATE FUNCTION settle_holds(p_items json)
RETURNS TABLE (item_index bigint, outcome text, cost_nano_usd bigint, charged_nano_usd bigint, used_at timestamptz)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
  item            record;
  current_account uuid;
  balance         bigint;
  held            bigint;
  accepted        bigint[] := '{}';
  charges         bigint[] := '{}';
  freed           bigint[] := '{}';
  item_freed      bigint;
  written         bigint;
BEGIN
  PERFORM lock_accounts(ARRAY(SELECT (value ->> 'account_id')::uuid FROM json_array_elements(p_items)));

  FOR item IN
    SELECT i.*, a.id IS NOT NULL AS account_known, a.balance_nano_usd, a.held_nano_usd,
           h.state AS hold_state, h.amount_nano_usd AS hold_amount, h.cost_nano_usd AS hold_cost, h.charged_nano_usd AS hold_charged,
           coalesce(h.used_at, h.ended_at) AS hold_used_at, to_timestamp(i.used_at_unix_ms / 1000.0) AS item_used_at,
           h.id IS NULL OR h.account_id = i.account_id AND h.price_id IS NOT DISTINCT FROM i.price_id AS same_hold,
           (h.input_tokens, h.cached_input_tokens, h.cache_write_5m_tokens, h.cache_write_1h_tokens,
            h.audio_input_tokens, h.output_tokens, h.reasoning_tokens, h.usage_estimated)
             IS NOT DISTINCT FROM
           (i.input_tokens, i.cached_input_tokens, i.cache_write_5m_tokens, i.cache_write_1h_tokens,
            i.audio_input_tokens, i.output_tokens, i.reasoning_tokens, i.usage_estimated) AS same_usage
    FROM ROWS FROM (json_to_recordset(p_items) AS (
           hold_id uuid, account_id uuid, price_id bigint, cost_nano_usd bigint, input_tokens bigint, cached_input_tokens bigint,
           cache_write_5m_tokens bigint, cache_write_1h_tokens bigint, audio_input_tokens bigint, output_tokens bigint,
           reasoning_tokens bigint, usage_estimated boolean, used_at_unix_ms bigint)) WITH ORDINALITY
         AS i (hold_id, account_id, price_id, cost_nano_usd, input_tokens, cached_input_tokens, cache_write_5m_tokens,
               cache_write_1h_tokens, audio_input_tokens, output_tokens, reasoning_tokens, usage_estimated, used_at_unix_ms,
               item_index)
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
    ELSIF NOT item.same_hold OR item.hold_state = 'released' OR item.hold_state = 'settled' AND NOT item.same_usage THEN
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
    END IF;
    RETURN NEXT;
  END LOOP;

  IF accepted = '{}' THEN
    RETURN;
  END IF;

  -- From here it must succeed.
  INSERT INTO holds AS h (id, account_id, state, amount_nano_usd, key_id, model, price_id, ended_at, cost_nano_usd, charged_nano_usd,
      input_tokens, cached_input_tokens, cache_write_5m_tokens, cache_write_1h_tokens, audio_input_tokens, output_tokens,
      reasoning_tokens, usage_estimated, used_at)
  SELECT i.hold_id, i.account_id, 'settled', 0, i.key_id, i.model, i.price_id, now(), i.cost_nano_usd, c.charged,
      i.input_tokens, i.cached_input_tokens, i.cache_write_5m_tokens, i.cache_write_1h_tokens, i.audio_input_tokens, i.output_tokens,
      i.reasoning_tokens, i.usage_estimated, to_timestamp(i.used_at_unix_ms / 1000.0)
  FROM ROWS FROM (json_to_recordset(p_items) AS (
         hold_id uuid, account_id uuid, key_id uuid, model text, price_id bigint, cost_nano_usd bigint, input_tokens bigint,
         cached_input_tokens bigint, cache_write_5m_tokens bigint, cache_write_1h_tokens bigint, audio_input_tokens bigint,
         output_tokens bigint, reasoning_tokens bigint, usage_estimated boolean, used_at_unix_ms bigint)) WITH ORDINALITY
       AS i (hold_id, account_id, key_id, model, price_id, cost_nano_usd, input_tokens, cached_input_tokens, cache_write_5m_tokens,
             cache_write_1h_tokens, audio_input_tokens, output_tokens, reasoning_tokens, usage_estimated, used_at_unix_ms,
             item_index)
  JOIN unnest(accepted, charges) AS c (item_index, charged) USING (item_index)
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
  SELECT (i.value ->> 'hold_id')::uuid, 'charge'
  FROM json_array_elements(p_items) WITH ORDINALITY AS i (value, item_index)
  WHERE i.item_index = ANY (accepted);

  INSERT INTO entries (transaction_id, account_id, amount_nano_usd)
  SELECT leg.transaction_id, leg.account_id, leg.amount_nano_usd
  FROM json_array_elements(p_items) WITH ORDINALITY AS i (value, item_index)
  JOIN unnest(accepted, charges) AS c (item_index, charged) USING (item_index)
  CROSS JOIN LATERAL (VALUES
    ((i.value ->> 'hold_id')::uuid, (i.value ->> 'account_id')::uuid, -c.charged),
    ((i.value ->> 'hold_id')::uuid, '00000000-0000-0000-0000-000000000001'::uuid, (i.value ->> 'cost_nano_usd')::bigint),
    ((i.value ->> 'hold_id')::uuid, '00000000-0000-0000-0000-000000000003'::uuid, c.charged - (i.value ->> 'cost_nano_usd')::bigint)
  ) AS leg (transaction_id, account_id, amount_nano_usd)
  WHERE leg.amount_nano_usd <> 0;

  UPDATE accounts a SET balance_nano_usd = a.balance_nano_usd - s.charged, held_nano_usd = a.held_nano_usd - s.freed
  FROM (SELECT (i.value ->> 'account_id')::uuid AS account_id, sum(c.charged)::bigint AS charged, sum(c.freed)::bigint AS freed
        FROM json_array_elements(p_items) WITH ORDINALITY AS i (value, item_index)
        JOIN unnest(accepted, charges, freed) AS c (item_index, charged, freed) USING (item_index)
        GROUP BY 1) s
  WHERE a.id = s.account_id;
END $$;
