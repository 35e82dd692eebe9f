-- What came over the settlement queue and could not be charged. A message is acknowledged after its row here is committed.

CREATE TABLE dead_letters (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  received_at    timestamptz NOT NULL DEFAULT now(),
  reason         text NOT NULL CHECK (reason IN (
    'undecodable',      -- no SettleRequest, or one without a settlement
    'malformed',        -- a settlement without what it must say
    'conflict',         -- its hold ended before in another way, or a value has no room in the books
    'unknown-account',
    'unknown-price',
    'failed'            -- could not be written, as often as it was tried
  )),
  -- A SettleRequest with the refused settlement alone; what could not be read is here as it came.
  payload        bytea NOT NULL,
  -- A message that comes again is the same letter.
  payload_digest bytea NOT NULL UNIQUE CHECK (length(payload_digest) = 32),
  attempts       integer NOT NULL DEFAULT 1 CHECK (attempts > 0),
  -- The last replay: `charged`, or again a reason.
  replayed_at    timestamptz,
  outcome        text CHECK (outcome IN (
    'charged', 'undecodable', 'malformed', 'conflict', 'unknown-account', 'unknown-price', 'failed')),
  CONSTRAINT a_replay_has_an_outcome CHECK ((replayed_at IS NULL) = (outcome IS NULL))
);
CREATE INDEX uncharged_dead_letters ON dead_letters (id) WHERE outcome IS DISTINCT FROM 'charged';

-- What came stays as it came: only what became of it changes.
CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON dead_letters
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER kept_as_it_came BEFORE UPDATE OF id, received_at, reason, payload, payload_digest ON dead_letters
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
