-- The second wall around each account: what is read for one runs as the role tokenroute_billing_tenant, which sees the rows of
-- the account that its transaction has named, whatever the query says, and writes nothing. The owner of the tables, as whom
-- holds are taken and charged, is not held by it: nothing is FORCEd.

-- Roles belong to the whole server: another database, or another migration at this moment, may have made it.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tokenroute_billing_tenant') THEN
    CREATE ROLE tokenroute_billing_tenant NOLOGIN;
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL;
  -- The next block says what to do.
  WHEN insufficient_privilege THEN NULL;
END $$;

-- Who may not put the role on could answer no customer: better told here, while the version before goes on.
DO $$
BEGIN
  SET LOCAL ROLE tokenroute_billing_tenant;
  RESET ROLE;
EXCEPTION WHEN insufficient_privilege OR invalid_parameter_value THEN
  BEGIN
    GRANT tokenroute_billing_tenant TO CURRENT_USER;
  EXCEPTION
    WHEN unique_violation THEN NULL;
    WHEN insufficient_privilege OR undefined_object THEN
      RAISE EXCEPTION 'the role tokenroute_billing_tenant is missing or may not be used: an administrator of the server has to run, once: CREATE ROLE tokenroute_billing_tenant NOLOGIN; GRANT tokenroute_billing_tenant TO %;', quote_ident(current_user);
  END;
END $$;

DO $$
BEGIN
  EXECUTE format('GRANT USAGE ON SCHEMA %I TO tokenroute_billing_tenant', current_schema());
END $$;

-- Null, which is nobody's, outside of a transaction that has named one.
CREATE FUNCTION tenant_account() RETURNS uuid LANGUAGE sql STABLE
  RETURN nullif(current_setting('tokenroute.account', true), '')::uuid;

GRANT SELECT ON accounts, holds, entries, transactions, payments, payment_refunds, payment_disputes, payment_customers,
                top_up_settings, price_plans, key_months
  TO tokenroute_billing_tenant;

ALTER TABLE accounts ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_the_account ON accounts FOR SELECT TO tokenroute_billing_tenant USING (id = tenant_account());

ALTER TABLE holds ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_the_account ON holds FOR SELECT TO tokenroute_billing_tenant USING (account_id = tenant_account());

ALTER TABLE entries ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_the_account ON entries FOR SELECT TO tokenroute_billing_tenant USING (account_id = tenant_account());

-- EXISTS, so that a transaction is found in entries by both columns of their key; with IN, all entries of the account would be.
ALTER TABLE transactions ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_the_account ON transactions FOR SELECT TO tokenroute_billing_tenant
  USING (EXISTS (SELECT FROM entries WHERE transaction_id = transactions.id AND account_id = tenant_account()));

ALTER TABLE payments ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_the_account ON payments FOR SELECT TO tokenroute_billing_tenant USING (account_id = tenant_account());

ALTER TABLE payment_refunds ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_the_account ON payment_refunds FOR SELECT TO tokenroute_billing_tenant
  USING (EXISTS (SELECT FROM payments WHERE id = payment_refunds.payment_id AND account_id = tenant_account()));

ALTER TABLE payment_disputes ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_the_account ON payment_disputes FOR SELECT TO tokenroute_billing_tenant
  USING (EXISTS (SELECT FROM payments WHERE id = payment_disputes.payment_id AND account_id = tenant_account()));

ALTER TABLE payment_customers ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_the_account ON payment_customers FOR SELECT TO tokenroute_billing_tenant
  USING (account_id = tenant_account());

ALTER TABLE top_up_settings ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_the_account ON top_up_settings FOR SELECT TO tokenroute_billing_tenant
  USING (account_id = tenant_account());

ALTER TABLE price_plans ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_the_account ON price_plans FOR SELECT TO tokenroute_billing_tenant USING (account_id = tenant_account());

ALTER TABLE key_months ENABLE ROW LEVEL SECURITY;
CREATE POLICY of_the_account ON key_months FOR SELECT TO tokenroute_billing_tenant USING (account_id = tenant_account());
