-- A sweep asked every open hold whether it is to be expired: with a million open ones that took longer than the time to the next
-- sweep (docs/benchmarks.md). Now it goes from gateway to gateway in the index of open holds, and finds in each what is due.

CREATE FUNCTION holds_to_expire(p_silence interval, p_limit integer) RETURNS SETOF uuid LANGUAGE sql STABLE
SET enable_seqscan = off AS $$
  WITH RECURSIVE holders AS (
    (SELECT gateway_id FROM holds WHERE state = 'held' ORDER BY gateway_id LIMIT 1)
    UNION ALL
    SELECT (SELECT h.gateway_id FROM holds h WHERE h.state = 'held' AND h.gateway_id > holders.gateway_id
            ORDER BY h.gateway_id LIMIT 1)
    FROM holders WHERE holders.gateway_id IS NOT NULL
  )
  SELECT due.id
  FROM holders LEFT JOIN gateways g ON g.id = holders.gateway_id, LATERAL (
    (SELECT id FROM holds h
     WHERE h.state = 'held' AND h.gateway_id = holders.gateway_id AND h.expires_at < now() LIMIT p_limit)
    UNION
    (SELECT id FROM holds h
     WHERE h.state = 'held' AND h.gateway_id = holders.gateway_id AND g.alive_at < now() - p_silence LIMIT p_limit)
    UNION
    (SELECT id FROM holds h
     WHERE h.state = 'held' AND h.gateway_id = holders.gateway_id AND g.id IS NULL AND h.created_at < now() - p_silence
     LIMIT p_limit)
  ) due
  LIMIT p_limit
$$;

-- As before but for how it finds them.
CREATE OR REPLACE FUNCTION expire_holds(p_silence interval, p_limit integer) RETURNS integer LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET enable_material = off
AS $$
DECLARE
  candidates uuid[];
  ended      integer;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtext('tokenroute.expire_holds')) THEN
    RETURN 0;
  END IF;
  PERFORM set_config('synchronous_commit', 'off', true);
  candidates := ARRAY(SELECT holds_to_expire(p_silence, p_limit));
  IF candidates = '{}' THEN
    RETURN 0;
  END IF;
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
