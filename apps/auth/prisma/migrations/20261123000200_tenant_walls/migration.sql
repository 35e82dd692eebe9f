-- The second wall around each organisation: what is asked for one runs as the role "tokenroute_tenant", which sees and changes
-- the rows of the organisation that its transaction has named, whatever the query says. The owner of the tables, as whom keys
-- are validated and operators act, is not held by it: but for audit_events nothing is FORCEd.

-- Roles belong to the whole server: another database, or another migration at this moment, may have made it.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'tokenroute_tenant') THEN
        CREATE ROLE "tokenroute_tenant" NOLOGIN;
    END IF;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
    -- The next block says what to do.
    WHEN insufficient_privilege THEN NULL;
END;
$$;

-- Who may not put the role on could answer no organisation: better told here, while the version before goes on.
DO $$
BEGIN
    SET LOCAL ROLE "tokenroute_tenant";
    RESET ROLE;
EXCEPTION WHEN insufficient_privilege OR invalid_parameter_value THEN
    BEGIN
        GRANT "tokenroute_tenant" TO CURRENT_USER;
    EXCEPTION
        WHEN unique_violation THEN NULL;
        WHEN insufficient_privilege OR undefined_object THEN
            RAISE EXCEPTION 'the role tokenroute_tenant is missing or may not be used: an administrator of the server has to run, once: CREATE ROLE tokenroute_tenant NOLOGIN; GRANT tokenroute_tenant TO %;', quote_ident(current_user);
    END;
END;
$$;

DO $$
BEGIN
    EXECUTE format('GRANT USAGE ON SCHEMA %I TO "tokenroute_tenant"', current_schema());
END;
$$;

-- Null, which is nobody's, outside of a transaction that has named one.
CREATE FUNCTION "tenant_organisation"() RETURNS UUID LANGUAGE sql STABLE
    RETURN nullif(current_setting('tokenroute.organisation', true), '')::uuid;

GRANT SELECT ON "api_keys", "key_events", "memberships", "people", "audit_events" TO "tokenroute_tenant";
GRANT INSERT ON "api_keys", "key_events" TO "tokenroute_tenant";
-- Not whose key it is, nor which.
GRANT UPDATE (
    "name", "requests_per_minute", "tokens_per_minute", "allowed_models", "expires_at", "revoked_at",
    "monthly_budget_nano_usd", "disabled_at", "rotated_to"
) ON "api_keys" TO "tokenroute_tenant";
GRANT USAGE ON SEQUENCE "key_events_id_seq" TO "tokenroute_tenant";

ALTER TABLE "api_keys" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "api_keys_of_the_organisation" ON "api_keys" TO "tokenroute_tenant"
    USING ("account_id" = "tenant_organisation"());

ALTER TABLE "key_events" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "key_events_of_the_organisation" ON "key_events" TO "tokenroute_tenant"
    USING (EXISTS (
        SELECT FROM "api_keys" WHERE "api_keys"."id" = "key_events"."key_id" AND "api_keys"."account_id" = "tenant_organisation"()
    ));

ALTER TABLE "memberships" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "memberships_of_the_organisation" ON "memberships" FOR SELECT TO "tokenroute_tenant"
    USING ("organisation_id" = "tenant_organisation"());

ALTER TABLE "people" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "people_of_the_organisation" ON "people" FOR SELECT TO "tokenroute_tenant"
    USING (EXISTS (
        SELECT FROM "memberships"
        WHERE "memberships"."person_id" = "people"."id" AND "memberships"."organisation_id" = "tenant_organisation"()
    ));
