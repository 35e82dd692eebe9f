-- Holds change only through these functions. Each takes a batch and answers item by item. Every path locks the
-- customers' accounts in ascending id before it touches anything else: that order is what keeps them free of deadlocks.

CREATE FUNCTION lock_accounts(account_ids uuid[]) RETURNS void LANGUAGE sql AS $$
  SELECT FROM accounts WHERE id = ANY (account_ids) AND kind = 'customer' ORDER BY id FOR UPDATE;
$$;

-- Outcomes: held, insufficient-funds, unknown-account, conflict, ended.
CREATE FUNCTION reserve_holds(p_items json, p_time_to_live interval)
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
           ceiling_nano_usd bigint, price_id bigint)) WITH ORDINALITY
         AS i (hold_id, account_id, key_id, model, input_tokens_bound, output_tokens_limit, ceiling_nano_usd, price_id, item_index)
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
    ELSIF item.hold_known AND NOT item.same_payload THEN
      outcome := 'conflict';
    ELSIF item.hold_known THEN
      outcome := 'held';
      amount_nano_usd := item.hold_amount;
      price_id := item.hold_price;
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

-- Outcomes: charged (also for a repeat), conflict, unknown-account. A settlement whose hold is missing or expired is
-- charged from what is available; what customer and hold cannot cover is the house's loss.
CREATE FUNCTION settle_holds(p_items json)
RETURNS TABLE (item_index bigint, outcome text, cost_nano_usd bigint, charged_nano_usd bigint)
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
BEGIN
  PERFORM lock_accounts(ARRAY(SELECT (value ->> 'account_id')::uuid FROM json_array_elements(p_items)));

  FOR item IN
    SELECT i.*, a.id IS NOT NULL AS account_known, a.balance_nano_usd, a.held_nano_usd,
           h.state AS hold_state, h.amount_nano_usd AS hold_amount, h.cost_nano_usd AS hold_cost, h.charged_nano_usd AS hold_charged,
           h.id IS NULL OR h.account_id = i.account_id AND h.price_id IS NOT DISTINCT FROM i.price_id AS same_hold,
           (h.input_tokens, h.cached_input_tokens, h.cache_write_5m_tokens, h.cache_write_1h_tokens,
            h.audio_input_tokens, h.output_tokens, h.reasoning_tokens, h.usage_estimated)
             IS NOT DISTINCT FROM
           (i.input_tokens, i.cached_input_tokens, i.cache_write_5m_tokens, i.cache_write_1h_tokens,
            i.audio_input_tokens, i.output_tokens, i.reasoning_tokens, i.usage_estimated) AS same_usage
    FROM ROWS FROM (json_to_recordset(p_items) AS (
           hold_id uuid, account_id uuid, price_id bigint, cost_nano_usd bigint, input_tokens bigint, cached_input_tokens bigint,
           cache_write_5m_tokens bigint, cache_write_1h_tokens bigint, audio_input_tokens bigint, output_tokens bigint,
           reasoning_tokens bigint, usage_estimated boolean)) WITH ORDINALITY
         AS i (hold_id, account_id, price_id, cost_nano_usd, input_tokens, cached_input_tokens, cache_write_5m_tokens,
               cache_write_1h_tokens, audio_input_tokens, output_tokens, reasoning_tokens, usage_estimated, item_index)
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

    IF NOT item.account_known THEN
      outcome := 'unknown-account';
    ELSIF NOT item.same_hold OR item.hold_state = 'released' OR item.hold_state = 'settled' AND NOT item.same_usage THEN
      outcome := 'conflict';
    ELSIF item.hold_state = 'settled' THEN
      outcome := 'charged';
      cost_nano_usd := item.hold_cost;
      charged_nano_usd := item.hold_charged;
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
      reasoning_tokens, usage_estimated)
  SELECT i.hold_id, i.account_id, 'settled', 0, i.key_id, i.model, i.price_id, now(), i.cost_nano_usd, c.charged,
      i.input_tokens, i.cached_input_tokens, i.cache_write_5m_tokens, i.cache_write_1h_tokens, i.audio_input_tokens, i.output_tokens,
      i.reasoning_tokens, i.usage_estimated
  FROM ROWS FROM (json_to_recordset(p_items) AS (
         hold_id uuid, account_id uuid, key_id uuid, model text, price_id bigint, cost_nano_usd bigint, input_tokens bigint,
         cached_input_tokens bigint, cache_write_5m_tokens bigint, cache_write_1h_tokens bigint, audio_input_tokens bigint,
         output_tokens bigint, reasoning_tokens bigint, usage_estimated boolean)) WITH ORDINALITY
       AS i (hold_id, account_id, key_id, model, price_id, cost_nano_usd, input_tokens, cached_input_tokens, cache_write_5m_tokens,
             cache_write_1h_tokens, audio_input_tokens, output_tokens, reasoning_tokens, usage_estimated, item_index)
  JOIN unnest(accepted, charges) AS c (item_index, charged) USING (item_index)
  ON CONFLICT (id) DO UPDATE SET
    state = excluded.state, ended_at = excluded.ended_at, cost_nano_usd = excluded.cost_nano_usd,
    charged_nano_usd = excluded.charged_nano_usd, input_tokens = excluded.input_tokens,
    cached_input_tokens = excluded.cached_input_tokens, cache_write_5m_tokens = excluded.cache_write_5m_tokens,
    cache_write_1h_tokens = excluded.cache_write_1h_tokens, audio_input_tokens = excluded.audio_input_tokens,
    output_tokens = excluded.output_tokens, reasoning_tokens = excluded.reasoning_tokens,
    usage_estimated = excluded.usage_estimated;

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

-- Outcomes: released (also for a repeat, and for a hold that expired), conflict, unknown-account. A release that
-- overtakes its hold leaves a tombstone, so that the late hold is refused.
CREATE FUNCTION release_holds(p_items json)
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

  WITH released AS (
    UPDATE holds h SET state = 'released', ended_at = now()
    FROM json_to_recordset(p_items) AS i (hold_id uuid, account_id uuid)
    WHERE h.id = i.hold_id AND h.account_id = i.account_id AND h.state = 'held'
    RETURNING h.account_id, h.amount_nano_usd
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
              WHEN h.account_id = i.account_id AND h.state IN ('released', 'expired') THEN 'released'
              ELSE 'conflict' END
  FROM ROWS FROM (json_to_recordset(p_items) AS (hold_id uuid, account_id uuid)) WITH ORDINALITY
       AS i (hold_id, account_id, item_index)
  LEFT JOIN holds h ON h.id = i.hold_id;
END $$;

-- Ends open holds whose time has run out or whose gateway was last heard of longer than p_silence ago.
-- Returns how many it ended; call again while that is p_limit.
CREATE FUNCTION expire_holds(p_silence interval, p_limit integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  candidates uuid[];
  ended      integer;
BEGIN
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
    RETURNING account_id, amount_nano_usd
  ), given_back AS (
    UPDATE accounts a SET held_nano_usd = a.held_nano_usd - s.total
    FROM (SELECT account_id, sum(amount_nano_usd)::bigint AS total FROM expired GROUP BY 1) s
    WHERE a.id = s.account_id
  )
  SELECT count(*) INTO ended FROM expired;
  RETURN ended;
END $$;

-- Gives promotional credit. Outcomes: granted (also for a repeat), conflict, unknown-account.
CREATE FUNCTION grant_credit(p_grant_id uuid, p_account_id uuid, p_amount_nano_usd bigint) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  granted bigint;
BEGIN
  PERFORM lock_accounts(ARRAY[p_account_id]);
  IF NOT EXISTS (SELECT FROM accounts WHERE id = p_account_id AND kind = 'customer') THEN
    RETURN 'unknown-account';
  END IF;
  IF EXISTS (SELECT FROM transactions WHERE id = p_grant_id) THEN
    SELECT e.amount_nano_usd INTO granted FROM entries e JOIN transactions t ON t.id = e.transaction_id
    WHERE t.id = p_grant_id AND t.kind = 'grant' AND e.account_id = p_account_id;
    RETURN CASE WHEN granted = p_amount_nano_usd THEN 'granted' ELSE 'conflict' END;
  END IF;

  -- From here it must succeed.
  INSERT INTO transactions (id, kind) VALUES (p_grant_id, 'grant');
  INSERT INTO entries (transaction_id, account_id, amount_nano_usd) VALUES
    (p_grant_id, p_account_id, p_amount_nano_usd),
    (p_grant_id, '00000000-0000-0000-0000-000000000002', -p_amount_nano_usd);
  UPDATE accounts SET balance_nano_usd = balance_nano_usd + p_amount_nano_usd WHERE id = p_account_id;
  RETURN 'granted';
END $$;
