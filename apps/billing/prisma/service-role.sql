-- What billing does in its database, as the role tokenroute_billing_service: src/service-role.ts. A table that is not here is closed to
-- it. It owns nothing, so it cannot change the schema, nor take the triggers away that guard the ledger.

-- The ledger and what else is only ever added to: nothing here changes or removes a row that was written.
GRANT SELECT, INSERT ON transactions, entries, house_losses, prices, price_plans, catalogue_events, grant_operators
  TO tokenroute_billing_service;

GRANT SELECT, INSERT, UPDATE ON
  accounts, holds, gateways, key_months, models, dead_letters,
  payments, payment_refunds, payment_disputes, payment_customers, stripe_events, account_freezes, top_up_settings, billing_events,
  usage_hours, account_days, telemetry_hours, telemetry_days
  TO tokenroute_billing_service;

-- One row, which the migration wrote.
GRANT SELECT, UPDATE ON usage_rollup TO tokenroute_billing_service;

-- Holds that were released, after RETENTION_DAYS.
GRANT DELETE ON holds TO tokenroute_billing_service;
