-- Accounts that money comes from and goes back to, accounts that may be frozen, and the kinds of movements between them.

ALTER TABLE accounts DROP CONSTRAINT accounts_kind_check;
ALTER TABLE accounts ADD CONSTRAINT accounts_kind_check
  CHECK (kind IN ('customer', 'revenue', 'promotional', 'house-loss', 'top-up', 'refund', 'dispute'));

-- A frozen account takes no new holds; what it holds already is settled as ever.
ALTER TABLE accounts ADD COLUMN frozen_at timestamptz, ADD COLUMN frozen_reason text,
  ADD CONSTRAINT frozen_accounts_have_a_reason CHECK ((frozen_at IS NULL) = (frozen_reason IS NULL));

INSERT INTO accounts (id, kind) VALUES
  ('00000000-0000-0000-0000-000000000004', 'top-up'),
  ('00000000-0000-0000-0000-000000000005', 'refund'),
  ('00000000-0000-0000-0000-000000000006', 'dispute');

-- loss: a cost that nobody could be charged for, borne by the house.
ALTER TABLE transactions DROP CONSTRAINT transactions_kind_check;
ALTER TABLE transactions ADD CONSTRAINT transactions_kind_check
  CHECK (kind IN ('charge', 'grant', 'loss', 'top-up', 'refund', 'dispute', 'dispute-reversal'));

-- Why the house bears what it bears: one row for each transaction with an entry on the house-loss account.
CREATE TABLE house_losses (
  transaction_id  uuid PRIMARY KEY REFERENCES transactions (id),
  reason          text NOT NULL CHECK (reason IN (
    'above-hold',          -- the usage cost more than its hold, and the balance did not cover the difference
    'hold-expired',        -- settled after its hold had expired, and the balance did not cover it
    'hold-lost',           -- settled without a hold, and the balance did not cover it
    'after-release',       -- used, though its hold had been released
    'refund-not-covered',  -- money went back that had been spent
    'dispute-not-covered'
  )),
  amount_nano_usd bigint NOT NULL CHECK (amount_nano_usd > 0),
  created_at      timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX house_losses_by_time ON house_losses (created_at);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON house_losses
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Losses from before this table.
INSERT INTO house_losses (transaction_id, reason, amount_nano_usd, created_at)
SELECT transaction_id, 'above-hold', -amount_nano_usd, created_at
FROM entries WHERE account_id = '00000000-0000-0000-0000-000000000003';
