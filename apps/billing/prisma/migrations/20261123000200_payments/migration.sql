-- Money that comes in and may go back: payments, refunds, disputes, frozen accounts, automatic top-ups, and the events that
-- tell of it. Each movement of money has an id made from the payment provider's own, so it is written once however often
-- and in whatever order the provider tells of it.

ALTER TABLE transactions DROP CONSTRAINT transactions_kind_check;
ALTER TABLE transactions ADD CONSTRAINT transactions_kind_check
  CHECK (kind IN ('charge', 'grant', 'loss', 'top-up', 'refund', 'refund-reversal', 'dispute', 'dispute-reversal'));

-- What was asked for. Credited is what was paid, once: open -> credited | failed | expired | held (for an operator). What
-- failed or expired here and is paid all the same is credited: the payment is the truth.
CREATE TABLE payments (
  id                  uuid PRIMARY KEY,
  sequence            bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
  account_id          uuid NOT NULL REFERENCES accounts (id),
  kind                text NOT NULL CHECK (kind IN ('checkout', 'automatic')),
  state               text NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'credited', 'failed', 'expired', 'held')),
  amount_nano_usd     bigint NOT NULL CHECK (amount_nano_usd > 0),
  save_payment_method boolean NOT NULL DEFAULT false,
  success_url         text,
  cancel_url          text,
  checkout_url        text,
  -- The provider's id of the payment itself.
  payment_intent      text UNIQUE,
  transaction_id      uuid UNIQUE REFERENCES transactions (id),
  problem             text,
  -- Of an automatic one while it is open.
  attempts            integer NOT NULL DEFAULT 0,
  next_attempt_at     timestamptz NOT NULL DEFAULT now(),
  created_at          timestamptz NOT NULL DEFAULT now(),
  credited_at         timestamptz,
  CONSTRAINT credited_payments_have_their_transaction
    CHECK ((state = 'credited') = (transaction_id IS NOT NULL) AND (state = 'credited') = (credited_at IS NOT NULL))
);
CREATE INDEX payments_of_account ON payments (account_id, sequence);
CREATE UNIQUE INDEX one_automatic_top_up_at_a_time ON payments (account_id) WHERE kind = 'automatic' AND state = 'open';

CREATE TABLE payment_refunds (
  id              text PRIMARY KEY,
  payment_id      uuid NOT NULL REFERENCES payments (id),
  amount_nano_usd bigint NOT NULL CHECK (amount_nano_usd > 0),
  -- Null when it had failed before it was ever heard of.
  transaction_id  uuid UNIQUE REFERENCES transactions (id),
  reversal_id     uuid UNIQUE REFERENCES transactions (id),
  created_at      timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT only_what_was_taken_is_given_back CHECK (reversal_id IS NULL OR transaction_id IS NOT NULL)
);
CREATE INDEX refunds_of_payment ON payment_refunds (payment_id);

CREATE TABLE payment_disputes (
  id              text PRIMARY KEY,
  payment_id      uuid NOT NULL REFERENCES payments (id),
  amount_nano_usd bigint NOT NULL CHECK (amount_nano_usd > 0),
  froze           boolean NOT NULL DEFAULT false,
  outcome         text CHECK (outcome IN ('won', 'lost', 'dropped')),
  transaction_id  uuid UNIQUE REFERENCES transactions (id),
  reversal_id     uuid UNIQUE REFERENCES transactions (id),
  created_at      timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT only_what_was_taken_is_given_back CHECK (reversal_id IS NULL OR transaction_id IS NOT NULL)
);
CREATE INDEX disputes_of_payment ON payment_disputes (payment_id);

-- What the provider told, as it came. Stored before it is answered, processed afterwards, never removed.
CREATE TABLE stripe_events (
  id              text PRIMARY KEY,
  type            text NOT NULL,
  payload         text NOT NULL,
  state           text NOT NULL DEFAULT 'received' CHECK (state IN ('received', 'processed', 'ignored', 'failed', 'held')),
  attempts        integer NOT NULL DEFAULT 0,
  next_attempt_at timestamptz NOT NULL DEFAULT now(),
  problem         text,
  received_at     timestamptz NOT NULL DEFAULT now(),
  processed_at    timestamptz
);
CREATE INDEX stripe_events_to_process ON stripe_events (next_attempt_at) WHERE state = 'received';
CREATE INDEX stripe_events_by_state ON stripe_events (state, received_at);

-- Why an account is frozen: an account may have several reasons, and stays frozen until the last is lifted.
CREATE TABLE account_freezes (
  id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  account_id uuid NOT NULL REFERENCES accounts (id),
  -- 'operator', or 'dispute ID'.
  cause      text NOT NULL,
  reason     text NOT NULL,
  frozen_at  timestamptz NOT NULL DEFAULT now(),
  frozen_by  text NOT NULL,
  lifted_at  timestamptz,
  lifted_by  text,
  CONSTRAINT lifted_by_somebody CHECK ((lifted_at IS NULL) = (lifted_by IS NULL))
);
CREATE UNIQUE INDEX open_freezes ON account_freezes (account_id, cause) WHERE lifted_at IS NULL;

-- The provider's name for a customer, and the payment method that may be charged without them.
CREATE TABLE payment_customers (
  account_id      uuid PRIMARY KEY REFERENCES accounts (id),
  customer        text NOT NULL UNIQUE,
  payment_method  text,
  method_saved_at timestamptz
);

CREATE TABLE top_up_settings (
  account_id           uuid PRIMARY KEY REFERENCES accounts (id),
  low_balance_nano_usd bigint CHECK (low_balance_nano_usd > 0),
  -- Told since the balance was last above it.
  balance_is_low       boolean NOT NULL DEFAULT false,
  -- All three or none.
  threshold_nano_usd   bigint CHECK (threshold_nano_usd > 0),
  amount_nano_usd      bigint CHECK (amount_nano_usd > 0),
  monthly_cap_nano_usd bigint CHECK (monthly_cap_nano_usd >= amount_nano_usd),
  paused_reason        text,
  -- The month (its first day, UTC) in which the cap was met.
  capped_month         date,
  updated_at           timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT automatic_top_up_is_whole
    CHECK (num_nonnulls(threshold_nano_usd, amount_nano_usd, monthly_cap_nano_usd) IN (0, 3))
);
CREATE INDEX automatic_top_ups ON top_up_settings (account_id)
  WHERE threshold_nano_usd IS NOT NULL AND paused_reason IS NULL;
CREATE INDEX low_balance_watches ON top_up_settings (account_id) WHERE low_balance_nano_usd IS NOT NULL;

-- The outbox: written with what it tells of, published afterwards, at least once.
CREATE TABLE billing_events (
  sequence     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id           uuid NOT NULL UNIQUE DEFAULT gen_random_uuid(),
  account_id   uuid NOT NULL REFERENCES accounts (id),
  kind         text NOT NULL CHECK (kind IN ('topped-up', 'refunded', 'disputed', 'reversed', 'frozen', 'unfrozen',
                                             'balance-low', 'automatic-top-up-failed')),
  -- Amounts as text: a JSON number would be read as a float.
  details      jsonb NOT NULL,
  created_at   timestamptz NOT NULL DEFAULT now(),
  published_at timestamptz
);
CREATE INDEX billing_events_to_publish ON billing_events (sequence) WHERE published_at IS NULL;

CREATE FUNCTION tell_billing_event(p_account_id uuid, p_kind text, p_details jsonb) RETURNS void LANGUAGE sql AS $$
  INSERT INTO billing_events (account_id, kind, details) VALUES (p_account_id, p_kind, p_details);
$$;

-- Credits what was paid. Outcomes: credited, already-credited, unknown-payment, held (what was paid is not what was asked
-- for, or the same top-up was paid twice: an operator has to look).
CREATE FUNCTION apply_payment(p_payment_id uuid, p_payment_intent text, p_transaction_id uuid, p_amount_nano_usd bigint,
                              p_currency text)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  payment  payments;
  mismatch text;
BEGIN
  SELECT * INTO payment FROM payments WHERE id = p_payment_id;
  IF NOT FOUND THEN
    RETURN 'unknown-payment';
  END IF;
  PERFORM lock_accounts(ARRAY[payment.account_id]);
  SELECT * INTO payment FROM payments WHERE id = p_payment_id FOR UPDATE;
  IF payment.transaction_id = p_transaction_id THEN
    RETURN 'already-credited';
  END IF;
  IF payment.state = 'credited' THEN
    RETURN 'held';
  END IF;
  mismatch := CASE
    WHEN p_currency <> 'usd' THEN format('paid in %s instead of usd', p_currency)
    WHEN p_amount_nano_usd <> payment.amount_nano_usd
      THEN format('paid %s nano-USD instead of %s', p_amount_nano_usd, payment.amount_nano_usd) END;
  IF mismatch IS NOT NULL THEN
    UPDATE payments SET state = 'held', problem = mismatch, payment_intent = p_payment_intent WHERE id = p_payment_id;
    RETURN 'held';
  END IF;

  -- From here it must succeed.
  INSERT INTO transactions (id, kind) VALUES (p_transaction_id, 'top-up');
  INSERT INTO entries (transaction_id, account_id, amount_nano_usd) VALUES
    (p_transaction_id, payment.account_id, p_amount_nano_usd),
    (p_transaction_id, '00000000-0000-0000-0000-000000000004', -p_amount_nano_usd);
  UPDATE accounts SET balance_nano_usd = balance_nano_usd + p_amount_nano_usd WHERE id = payment.account_id;
  UPDATE payments SET state = 'credited', payment_intent = p_payment_intent, transaction_id = p_transaction_id,
                      credited_at = now(), problem = NULL
  WHERE id = p_payment_id;
  PERFORM tell_billing_event(payment.account_id, 'topped-up', jsonb_build_object(
    'payment_id', p_payment_id, 'amount_nano_usd', p_amount_nano_usd::text, 'automatic', payment.kind = 'automatic',
    'balance_nano_usd', (SELECT balance_nano_usd::text FROM accounts WHERE id = payment.account_id)));
  RETURN 'credited';
END $$;

-- Takes money back from a customer whose account is locked; what is not available any more is the house's loss.
-- Returns the part that the customer bore.
CREATE FUNCTION take_back(p_transaction_id uuid, p_kind text, p_account_id uuid, p_to_account_id uuid, p_amount_nano_usd bigint,
                          p_loss_reason text)
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  covered bigint;
BEGIN
  SELECT least(p_amount_nano_usd, balance_nano_usd - held_nano_usd) INTO STRICT covered FROM accounts WHERE id = p_account_id;
  INSERT INTO transactions (id, kind) VALUES (p_transaction_id, p_kind);
  INSERT INTO entries (transaction_id, account_id, amount_nano_usd)
  SELECT p_transaction_id, leg.account_id, leg.amount_nano_usd
  FROM (VALUES (p_account_id, -covered),
               (p_to_account_id, p_amount_nano_usd),
               ('00000000-0000-0000-0000-000000000003'::uuid, covered - p_amount_nano_usd)) AS leg (account_id, amount_nano_usd)
  WHERE leg.amount_nano_usd <> 0;
  IF covered < p_amount_nano_usd THEN
    INSERT INTO house_losses (transaction_id, reason, amount_nano_usd)
    VALUES (p_transaction_id, p_loss_reason, p_amount_nano_usd - covered);
  END IF;
  UPDATE accounts SET balance_nano_usd = balance_nano_usd - covered WHERE id = p_account_id;
  RETURN covered;
END $$;

-- Undoes such a transaction: customer and house get back what each bore. Returns the customer's part.
CREATE FUNCTION give_back(p_transaction_id uuid, p_kind text, p_taken_by uuid, p_account_id uuid) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  given bigint;
BEGIN
  INSERT INTO transactions (id, kind) VALUES (p_transaction_id, p_kind);
  INSERT INTO entries (transaction_id, account_id, amount_nano_usd)
  SELECT p_transaction_id, account_id, -amount_nano_usd FROM entries WHERE transaction_id = p_taken_by;
  SELECT coalesce(sum(amount_nano_usd), 0) INTO given FROM entries
  WHERE transaction_id = p_transaction_id AND account_id = p_account_id;
  UPDATE accounts SET balance_nano_usd = balance_nano_usd + given WHERE id = p_account_id;
  RETURN given;
END $$;

-- Outcomes: refunded, already-refunded, reversed (it failed), already-reversed, not-taken (it failed before it was heard of),
-- payment-not-credited, held.
CREATE FUNCTION apply_refund(p_refund_id text, p_payment_intent text, p_amount_nano_usd bigint, p_currency text, p_failed boolean,
                             p_transaction_id uuid, p_reversal_id uuid)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  payment payments;
  refund  payment_refunds;
  part    bigint;
BEGIN
  SELECT * INTO payment FROM payments WHERE payment_intent = p_payment_intent AND state = 'credited';
  IF NOT FOUND THEN
    RETURN 'payment-not-credited';
  END IF;
  PERFORM lock_accounts(ARRAY[payment.account_id]);
  SELECT * INTO refund FROM payment_refunds WHERE id = p_refund_id;
  IF p_currency <> 'usd' OR refund.amount_nano_usd <> p_amount_nano_usd OR refund.payment_id <> payment.id THEN
    RETURN 'held';
  ELSIF p_failed AND refund.id IS NULL THEN
    INSERT INTO payment_refunds (id, payment_id, amount_nano_usd) VALUES (p_refund_id, payment.id, p_amount_nano_usd);
    RETURN 'not-taken';
  ELSIF p_failed AND refund.transaction_id IS NULL THEN
    RETURN 'not-taken';
  ELSIF p_failed AND refund.reversal_id IS NOT NULL THEN
    RETURN 'already-reversed';
  ELSIF NOT p_failed AND refund.id IS NOT NULL THEN
    RETURN 'already-refunded';
  END IF;

  -- From here it must succeed.
  IF p_failed THEN
    part := give_back(p_reversal_id, 'refund-reversal', refund.transaction_id, payment.account_id);
    UPDATE payment_refunds SET reversal_id = p_reversal_id WHERE id = p_refund_id;
    PERFORM tell_billing_event(payment.account_id, 'reversed', jsonb_build_object(
      'payment_id', payment.id, 'what', 'refund', 'given_back_nano_usd', part::text));
    RETURN 'reversed';
  END IF;
  part := take_back(p_transaction_id, 'refund', payment.account_id, '00000000-0000-0000-0000-000000000005',
                    p_amount_nano_usd, 'refund-not-covered');
  INSERT INTO payment_refunds (id, payment_id, amount_nano_usd, transaction_id)
  VALUES (p_refund_id, payment.id, p_amount_nano_usd, p_transaction_id);
  PERFORM tell_billing_event(payment.account_id, 'refunded', jsonb_build_object(
    'payment_id', payment.id, 'amount_nano_usd', p_amount_nano_usd::text,
    'not_covered_nano_usd', (p_amount_nano_usd - part)::text));
  RETURN 'refunded';
END $$;

-- Outcomes: frozen, already-frozen, unknown-account.
CREATE FUNCTION freeze_account(p_account_id uuid, p_cause text, p_reason text, p_by text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
  PERFORM lock_accounts(ARRAY[p_account_id]);
  IF NOT EXISTS (SELECT FROM accounts WHERE id = p_account_id AND kind = 'customer') THEN
    RETURN 'unknown-account';
  END IF;
  IF EXISTS (SELECT FROM account_freezes WHERE account_id = p_account_id AND cause = p_cause AND lifted_at IS NULL) THEN
    RETURN 'already-frozen';
  END IF;
  INSERT INTO account_freezes (account_id, cause, reason, frozen_by) VALUES (p_account_id, p_cause, p_reason, p_by);
  UPDATE accounts SET frozen_at = now(), frozen_reason = p_reason WHERE id = p_account_id AND frozen_at IS NULL;
  PERFORM tell_billing_event(p_account_id, 'frozen', jsonb_build_object('reason', p_reason));
  RETURN 'frozen';
END $$;

-- Lifts one cause, or all of them when it is null. Outcomes: unfrozen, still-frozen, not-frozen, unknown-account.
CREATE FUNCTION lift_freeze(p_account_id uuid, p_cause text, p_by text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  remaining account_freezes;
BEGIN
  PERFORM lock_accounts(ARRAY[p_account_id]);
  IF NOT EXISTS (SELECT FROM accounts WHERE id = p_account_id AND kind = 'customer') THEN
    RETURN 'unknown-account';
  END IF;
  IF NOT EXISTS (SELECT FROM accounts WHERE id = p_account_id AND frozen_at IS NOT NULL) THEN
    RETURN 'not-frozen';
  END IF;
  UPDATE account_freezes SET lifted_at = now(), lifted_by = p_by
  WHERE account_id = p_account_id AND lifted_at IS NULL AND (p_cause IS NULL OR cause = p_cause);
  SELECT * INTO remaining FROM account_freezes WHERE account_id = p_account_id AND lifted_at IS NULL ORDER BY id LIMIT 1;
  IF FOUND THEN
    UPDATE accounts SET frozen_at = remaining.frozen_at, frozen_reason = remaining.reason WHERE id = p_account_id;
    RETURN 'still-frozen';
  END IF;
  UPDATE accounts SET frozen_at = NULL, frozen_reason = NULL WHERE id = p_account_id;
  PERFORM tell_billing_event(p_account_id, 'unfrozen', '{}');
  RETURN 'unfrozen';
END $$;

-- Takes in what is known of a dispute now. What was taken or ended stays so, whatever an older message says, so the order
-- of messages does not matter. Outcomes: applied, payment-not-credited, held.
CREATE FUNCTION apply_dispute(p_dispute_id text, p_payment_intent text, p_amount_nano_usd bigint, p_currency text, p_reason text,
                              p_freezes boolean, p_withdrawn boolean, p_reinstated boolean, p_outcome text,
                              p_transaction_id uuid, p_reversal_id uuid)
RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  payment payments;
  dispute payment_disputes;
  part    bigint;
BEGIN
  SELECT * INTO payment FROM payments WHERE payment_intent = p_payment_intent AND state = 'credited';
  IF NOT FOUND THEN
    RETURN 'payment-not-credited';
  END IF;
  PERFORM lock_accounts(ARRAY[payment.account_id]);
  SELECT * INTO dispute FROM payment_disputes WHERE id = p_dispute_id;
  IF p_currency <> 'usd' OR dispute.amount_nano_usd <> p_amount_nano_usd OR dispute.payment_id <> payment.id THEN
    RETURN 'held';
  END IF;

  -- From here it must succeed.
  INSERT INTO payment_disputes (id, payment_id, amount_nano_usd) VALUES (p_dispute_id, payment.id, p_amount_nano_usd)
  ON CONFLICT (id) DO NOTHING;
  UPDATE payment_disputes SET outcome = coalesce(outcome, p_outcome) WHERE id = p_dispute_id RETURNING * INTO dispute;

  IF (p_withdrawn OR p_reinstated) AND dispute.transaction_id IS NULL THEN
    part := take_back(p_transaction_id, 'dispute', payment.account_id, '00000000-0000-0000-0000-000000000006',
                      p_amount_nano_usd, 'dispute-not-covered');
    UPDATE payment_disputes SET transaction_id = p_transaction_id WHERE id = p_dispute_id RETURNING * INTO dispute;
    PERFORM tell_billing_event(payment.account_id, 'disputed', jsonb_build_object(
      'payment_id', payment.id, 'amount_nano_usd', p_amount_nano_usd::text,
      'not_covered_nano_usd', (p_amount_nano_usd - part)::text));
  END IF;
  IF (p_reinstated OR dispute.outcome = 'won') AND dispute.transaction_id IS NOT NULL AND dispute.reversal_id IS NULL THEN
    part := give_back(p_reversal_id, 'dispute-reversal', dispute.transaction_id, payment.account_id);
    UPDATE payment_disputes SET reversal_id = p_reversal_id WHERE id = p_dispute_id;
    PERFORM tell_billing_event(payment.account_id, 'reversed', jsonb_build_object(
      'payment_id', payment.id, 'what', 'dispute', 'given_back_nano_usd', part::text));
  END IF;

  -- Once only: an operator who unfreezes has the last word. A lost dispute leaves the account frozen.
  IF (p_freezes OR dispute.outcome = 'lost') AND dispute.outcome IS DISTINCT FROM 'won' AND dispute.outcome IS DISTINCT FROM 'dropped'
     AND NOT dispute.froze THEN
    PERFORM freeze_account(payment.account_id, 'dispute ' || p_dispute_id, p_reason, 'payment provider');
    UPDATE payment_disputes SET froze = true WHERE id = p_dispute_id;
  ELSIF dispute.froze AND dispute.outcome IN ('won', 'dropped') THEN
    IF EXISTS (SELECT FROM account_freezes
               WHERE account_id = payment.account_id AND cause = 'dispute ' || p_dispute_id AND lifted_at IS NULL) THEN
      PERFORM lift_freeze(payment.account_id, 'dispute ' || p_dispute_id, 'payment provider');
    END IF;
  END IF;
  RETURN 'applied';
END $$;

-- Begins an automatic top-up for accounts whose available balance is below their threshold, one at a time for each and never
-- above the month's cap: whoever begins one holds the lock of the settings. Counted is what was begun or paid this month.
CREATE FUNCTION begin_automatic_top_ups(p_limit integer) RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  candidate   record;
  this_month  date := date_trunc('month', now() AT TIME ZONE 'UTC')::date;
  month_start timestamptz := date_trunc('month', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC';
  spent       bigint;
  begun       integer := 0;
BEGIN
  FOR candidate IN
    SELECT s.account_id, s.amount_nano_usd, s.monthly_cap_nano_usd
    FROM top_up_settings s
    JOIN payment_customers c ON c.account_id = s.account_id AND c.payment_method IS NOT NULL
    JOIN accounts a ON a.id = s.account_id
    WHERE s.threshold_nano_usd IS NOT NULL AND s.paused_reason IS NULL AND s.capped_month IS DISTINCT FROM this_month
      AND a.frozen_at IS NULL AND a.balance_nano_usd - a.held_nano_usd < s.threshold_nano_usd
      AND NOT EXISTS (SELECT FROM payments p WHERE p.account_id = s.account_id AND p.kind = 'automatic' AND p.state = 'open')
    LIMIT p_limit
    FOR UPDATE OF s SKIP LOCKED
  LOOP
    -- Looked at again under the lock: another process may have begun, or paid, one since.
    CONTINUE WHEN EXISTS (SELECT FROM payments p
                          WHERE p.account_id = candidate.account_id AND p.kind = 'automatic' AND p.state = 'open');
    CONTINUE WHEN NOT EXISTS (SELECT FROM accounts a JOIN top_up_settings s ON s.account_id = a.id
                              WHERE a.id = candidate.account_id AND a.frozen_at IS NULL
                                AND a.balance_nano_usd - a.held_nano_usd < s.threshold_nano_usd);
    SELECT coalesce(sum(amount_nano_usd), 0) INTO spent FROM payments
    WHERE account_id = candidate.account_id AND kind = 'automatic' AND state IN ('open', 'credited', 'held')
      AND (created_at >= month_start OR credited_at >= month_start);
    IF spent + candidate.amount_nano_usd > candidate.monthly_cap_nano_usd THEN
      UPDATE top_up_settings SET capped_month = this_month WHERE account_id = candidate.account_id;
      PERFORM tell_billing_event(candidate.account_id, 'automatic-top-up-failed', jsonb_build_object(
        'payment_id', '', 'amount_nano_usd', candidate.amount_nano_usd::text, 'reason', 'the monthly cap is reached'));
    ELSE
      INSERT INTO payments (id, account_id, kind, amount_nano_usd)
      VALUES (gen_random_uuid(), candidate.account_id, 'automatic', candidate.amount_nano_usd);
      begun := begun + 1;
    END IF;
  END LOOP;
  RETURN begun;
END $$;

-- The payment method was refused: nothing more is tried until the customer has looked at it.
CREATE FUNCTION fail_automatic_top_up(p_payment_id uuid, p_reason text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  payment payments;
BEGIN
  UPDATE payments SET state = 'failed', problem = p_reason WHERE id = p_payment_id AND state = 'open' RETURNING * INTO payment;
  IF FOUND THEN
    UPDATE top_up_settings SET paused_reason = p_reason WHERE account_id = payment.account_id;
    PERFORM tell_billing_event(payment.account_id, 'automatic-top-up-failed', jsonb_build_object(
      'payment_id', p_payment_id, 'amount_nano_usd', payment.amount_nano_usd::text, 'reason', p_reason));
  END IF;
END $$;

-- Tells of balances that fell below their threshold, once until they were above it again. Returns how many it told of.
CREATE FUNCTION watch_low_balances() RETURNS integer LANGUAGE plpgsql AS $$
DECLARE
  told integer;
BEGIN
  WITH crossed AS (
    SELECT s.account_id, a.balance_nano_usd, s.low_balance_nano_usd, a.balance_nano_usd < s.low_balance_nano_usd AS is_low
    FROM top_up_settings s JOIN accounts a ON a.id = s.account_id
    WHERE s.low_balance_nano_usd IS NOT NULL AND (a.balance_nano_usd < s.low_balance_nano_usd) <> s.balance_is_low
    FOR UPDATE OF s SKIP LOCKED
  ), changed AS (
    UPDATE top_up_settings s SET balance_is_low = c.is_low FROM crossed c WHERE s.account_id = c.account_id
  ), written AS (
    INSERT INTO billing_events (account_id, kind, details)
    SELECT account_id, 'balance-low', jsonb_build_object(
      'balance_nano_usd', balance_nano_usd::text, 'threshold_nano_usd', low_balance_nano_usd::text)
    FROM crossed WHERE is_low
    RETURNING 1
  )
  SELECT count(*) INTO told FROM written;
  RETURN told;
END $$;
