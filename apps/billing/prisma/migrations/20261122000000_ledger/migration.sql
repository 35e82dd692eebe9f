-- Amounts are whole nano-USD (1e-9 USD), prices whole pico-USD (1e-12 USD) per token.

CREATE TABLE accounts (
  id               uuid PRIMARY KEY,
  kind             text NOT NULL CHECK (kind IN ('customer', 'revenue', 'promotional', 'house-loss')),
  email            text,
  -- Customers only. A house account's balance is the sum of its entries: a maintained one would be a row that every
  -- charge waits for.
  balance_nano_usd bigint,
  held_nano_usd    bigint,
  created_at       timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT only_customers_have_a_maintained_balance
    CHECK ((kind = 'customer') = (balance_nano_usd IS NOT NULL) AND (kind = 'customer') = (held_nano_usd IS NOT NULL)),
  CONSTRAINT held_is_not_negative CHECK (held_nano_usd >= 0),
  CONSTRAINT held_is_covered CHECK (held_nano_usd <= balance_nano_usd)
) WITH (fillfactor = 50);

INSERT INTO accounts (id, kind) VALUES
  ('00000000-0000-0000-0000-000000000001', 'revenue'),
  ('00000000-0000-0000-0000-000000000002', 'promotional'),
  ('00000000-0000-0000-0000-000000000003', 'house-loss');

-- A movement of money. A charge has the id of its hold: one hold, one charge, by primary key.
CREATE TABLE transactions (
  id         uuid PRIMARY KEY,
  kind       text NOT NULL CHECK (kind IN ('charge', 'grant')),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE entries (
  transaction_id  uuid NOT NULL REFERENCES transactions (id),
  account_id      uuid NOT NULL REFERENCES accounts (id),
  amount_nano_usd bigint NOT NULL CHECK (amount_nano_usd <> 0),
  created_at      timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (transaction_id, account_id)
);
CREATE INDEX entries_of_account ON entries (account_id, created_at);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON transactions
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON entries
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- All entries of a transaction are written by one statement, and that statement must balance.
CREATE FUNCTION refuse_unbalanced_entries() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  unbalanced uuid;
BEGIN
  SELECT transaction_id INTO unbalanced
  FROM written GROUP BY transaction_id HAVING sum(amount_nano_usd) <> 0 LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the entries of transaction % do not sum to zero', unbalanced;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER entries_sum_to_zero AFTER INSERT ON entries REFERENCING NEW TABLE AS written
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_unbalanced_entries();

CREATE TABLE models (
  id                text PRIMARY KEY,
  provider          text NOT NULL,
  upstream_model    text NOT NULL,
  owned_by          text NOT NULL,
  context_tokens    integer NOT NULL CHECK (context_tokens > 0),
  max_output_tokens integer NOT NULL CHECK (max_output_tokens > 0),
  created_at        timestamptz NOT NULL DEFAULT now()
);

-- In force is the price with the latest effective_from that has come: no gaps, no overlaps. Rows are never changed;
-- a hold pins one.
CREATE TABLE prices (
  id                      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  model_id                text NOT NULL REFERENCES models (id),
  effective_from          timestamptz NOT NULL,
  input_pico_usd          bigint NOT NULL CHECK (input_pico_usd >= 0),
  cached_input_pico_usd   bigint NOT NULL CHECK (cached_input_pico_usd >= 0),
  cache_write_5m_pico_usd bigint NOT NULL CHECK (cache_write_5m_pico_usd >= 0),
  cache_write_1h_pico_usd bigint NOT NULL CHECK (cache_write_1h_pico_usd >= 0),
  audio_input_pico_usd    bigint NOT NULL CHECK (audio_input_pico_usd >= 0),
  output_pico_usd         bigint NOT NULL CHECK (output_pico_usd >= 0),
  source                  text NOT NULL,
  created_at              timestamptz NOT NULL DEFAULT now(),
  UNIQUE (model_id, effective_from)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON prices
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- A request's money, from its hold to its end, once: held -> settled | released | expired. An expired hold may still
-- be settled, by the answer it was made for. The id is the request id.
CREATE TABLE holds (
  id                    uuid PRIMARY KEY,
  account_id            uuid NOT NULL REFERENCES accounts (id),
  state                 text NOT NULL CHECK (state IN ('held', 'settled', 'released', 'expired')),
  amount_nano_usd       bigint NOT NULL CHECK (amount_nano_usd >= 0),
  -- Null in the tombstone of a release that overtook its hold, the last three also in a settlement without its hold.
  key_id                uuid,
  model                 text,
  price_id              bigint REFERENCES prices (id),
  gateway_id            uuid,
  input_tokens_bound    bigint,
  output_tokens_limit   bigint,
  created_at            timestamptz NOT NULL DEFAULT now(),
  expires_at            timestamptz,
  ended_at              timestamptz,
  -- What it was settled with.
  cost_nano_usd         bigint CHECK (cost_nano_usd >= 0),
  charged_nano_usd      bigint CHECK (charged_nano_usd BETWEEN 0 AND cost_nano_usd),
  input_tokens          bigint,
  cached_input_tokens   bigint,
  cache_write_5m_tokens bigint,
  cache_write_1h_tokens bigint,
  audio_input_tokens    bigint,
  output_tokens         bigint,
  reasoning_tokens      bigint,
  usage_estimated       boolean,
  CONSTRAINT settled_holds_have_a_cost CHECK ((state = 'settled') = (cost_nano_usd IS NOT NULL)),
  CONSTRAINT ended_holds_have_an_end CHECK ((state = 'held') = (ended_at IS NULL))
);
CREATE INDEX open_holds ON holds (gateway_id, expires_at) WHERE state = 'held';
CREATE INDEX holds_of_account ON holds (account_id, created_at);

-- When each gateway was last heard of. The open holds of one that fell silent have nobody left to end them.
CREATE TABLE gateways (
  id       uuid PRIMARY KEY,
  alive_at timestamptz NOT NULL
);
