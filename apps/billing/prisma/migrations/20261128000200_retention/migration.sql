-- Details that nothing needs any more are removed after a while; what was charged, and everything in the ledger, stays for good.

CREATE INDEX released_holds ON holds (ended_at) WHERE state = 'released';

-- A released hold still answers for what it was: a late settlement of it is the house's loss and no charge. So those stay that a
-- dead letter may be about, which an operator may replay at any time, and those with a loss.
CREATE FUNCTION remove_released_holds(p_age interval, p_limit integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  before  timestamptz;
  removed integer;
BEGIN
  SELECT least(now() - p_age, min(received_at) - interval '7 days') INTO before FROM dead_letters
  WHERE outcome IS DISTINCT FROM 'charged' AND reason NOT IN ('undecodable', 'malformed');

  DELETE FROM holds WHERE id IN (
    SELECT h.id FROM holds h
    WHERE h.state = 'released' AND h.ended_at < before AND NOT EXISTS (SELECT FROM transactions t WHERE t.id = h.id)
    ORDER BY h.ended_at LIMIT p_limit FOR UPDATE SKIP LOCKED);
  GET DIAGNOSTICS removed = ROW_COUNT;
  RETURN removed;
END $$;

-- The event stays, so that it is not processed once more when it is told again; what it said goes.
CREATE FUNCTION empty_stripe_events(p_age interval, p_limit integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  emptied integer;
BEGIN
  UPDATE stripe_events SET payload = '' WHERE id IN (
    SELECT id FROM stripe_events
    WHERE state IN ('processed', 'ignored') AND received_at < now() - p_age AND payload <> ''
    LIMIT p_limit FOR UPDATE SKIP LOCKED);
  GET DIAGNOSTICS emptied = ROW_COUNT;
  RETURN emptied;
END $$;
