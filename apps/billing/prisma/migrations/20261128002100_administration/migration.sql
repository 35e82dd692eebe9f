-- What an administrator sees and decides: models that are not sold any more, who granted credit, accounts in pages, and who
-- uses a model.

-- From then on the model is not on offer; null: it stays.
ALTER TABLE models ADD COLUMN retired_at timestamptz;

-- Who gave a grant, and from where. Grants of before, and those that nobody told it of, have no row.
CREATE TABLE grant_operators (
  transaction_id uuid PRIMARY KEY REFERENCES transactions (id),
  operator       text NOT NULL CHECK (operator <> '')
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON grant_operators
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- The newest first. Neither column ever changes: updates of a balance stay off the index. Not only of customers, who are nearly
-- all: an index of them alone is what a plan made over an empty table would read whole for each hold.
CREATE INDEX accounts_by_time ON accounts (created_at, id);

CREATE INDEX usage_hours_of_model ON usage_hours (model, hour);

-- As grant_credit, whose row it leaves beside the grant's own: a repeat changes nothing.
CREATE FUNCTION grant_credit(p_grant_id uuid, p_account_id uuid, p_amount_nano_usd bigint, p_operator text)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  outcome text := grant_credit(p_grant_id, p_account_id, p_amount_nano_usd);
BEGIN
  IF outcome = 'granted' AND p_operator <> '' THEN
    INSERT INTO grant_operators (transaction_id, operator) VALUES (p_grant_id, p_operator) ON CONFLICT DO NOTHING;
  END IF;
  RETURN outcome;
END $$;
