-- People, their sessions and their organisations, and what was done by whom.
-- better-auth reads and writes the first eight tables; src/people/table-names.ts says how it calls their columns.

CREATE TABLE "people" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "email_verified" BOOLEAN NOT NULL DEFAULT FALSE,
    "image" TEXT,
    "two_factor_enabled" BOOLEAN DEFAULT FALSE,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "people_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "people_email_is_lower_case" CHECK ("email" = lower("email"))
);

CREATE UNIQUE INDEX "people_email_key" ON "people"("email");

CREATE TABLE "organisations" (
    -- Also the id of the account that pays, in billing.
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "logo" TEXT,
    "metadata" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    -- Whose own it is; null for one that was made to be shared.
    "personal_of" UUID,
    -- When billing confirmed that it has the account; null: it has to be asked (again).
    "billing_account_at" TIMESTAMPTZ(3),

    CONSTRAINT "organisations_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "organisations_name_length" CHECK (char_length("name") BETWEEN 1 AND 100),
    CONSTRAINT "organisations_personal_of_fkey" FOREIGN KEY ("personal_of") REFERENCES "people"("id") ON DELETE RESTRICT ON UPDATE RESTRICT
);

CREATE UNIQUE INDEX "organisations_slug_key" ON "organisations"("slug");
CREATE UNIQUE INDEX "organisations_personal_of_key" ON "organisations"("personal_of");
CREATE INDEX "organisations_without_billing_account_idx" ON "organisations"("created_at") WHERE "billing_account_at" IS NULL;

CREATE TABLE "sessions" (
    "id" UUID NOT NULL,
    "token" TEXT NOT NULL,
    "person_id" UUID NOT NULL,
    "active_organisation_id" UUID,
    "ip_address" TEXT,
    "user_agent" TEXT,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "sessions_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "sessions_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "people"("id") ON DELETE CASCADE ON UPDATE RESTRICT,
    CONSTRAINT "sessions_active_organisation_id_fkey" FOREIGN KEY ("active_organisation_id") REFERENCES "organisations"("id") ON DELETE SET NULL ON UPDATE RESTRICT
);

CREATE UNIQUE INDEX "sessions_token_key" ON "sessions"("token");
CREATE INDEX "sessions_person_id_idx" ON "sessions"("person_id");

-- A way to sign in: the password, or an identity at a provider.
CREATE TABLE "credentials" (
    "id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "provider_id" TEXT NOT NULL,
    -- The person's id at the provider; for the password the person's own.
    "account_id" TEXT NOT NULL,
    -- Argon2id, in its own notation.
    "password" TEXT,
    -- Always null: nobody here acts at the provider for the person.
    "access_token" TEXT,
    "refresh_token" TEXT,
    "id_token" TEXT,
    "access_token_expires_at" TIMESTAMPTZ(3),
    "refresh_token_expires_at" TIMESTAMPTZ(3),
    "scope" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "credentials_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "credentials_password_is_argon2id" CHECK ("password" LIKE '$argon2id$%'),
    CONSTRAINT "credentials_no_provider_tokens" CHECK ("access_token" IS NULL AND "refresh_token" IS NULL AND "id_token" IS NULL),
    CONSTRAINT "credentials_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "people"("id") ON DELETE CASCADE ON UPDATE RESTRICT
);

CREATE UNIQUE INDEX "credentials_provider_id_account_id_key" ON "credentials"("provider_id", "account_id");
CREATE INDEX "credentials_person_id_idx" ON "credentials"("person_id");

-- Links and challenges that are open: reset links, sign-ins at a provider, second factors asked for. By digest.
CREATE TABLE "verifications" (
    "id" UUID NOT NULL,
    "identifier" TEXT NOT NULL,
    "value" TEXT NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "verifications_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "verifications_identifier_idx" ON "verifications"("identifier");
CREATE INDEX "verifications_expires_at_idx" ON "verifications"("expires_at");

CREATE TABLE "two_factors" (
    "id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    -- Encrypted: a second factor has to be computed from it.
    "secret" TEXT NOT NULL,
    -- Digests of the recovery codes that are left, as a JSON array.
    "recovery_codes" TEXT NOT NULL,
    "verified" BOOLEAN DEFAULT TRUE,
    "failed_verification_count" INTEGER DEFAULT 0,
    "locked_until" TIMESTAMPTZ(3),

    CONSTRAINT "two_factors_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "two_factors_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "people"("id") ON DELETE CASCADE ON UPDATE RESTRICT
);

CREATE UNIQUE INDEX "two_factors_person_id_key" ON "two_factors"("person_id");

CREATE TABLE "memberships" (
    "id" UUID NOT NULL,
    "organisation_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "role" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "memberships_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "memberships_role" CHECK ("role" IN ('owner', 'admin', 'member', 'billing')),
    CONSTRAINT "memberships_organisation_id_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisations"("id") ON DELETE CASCADE ON UPDATE RESTRICT,
    CONSTRAINT "memberships_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "people"("id") ON DELETE CASCADE ON UPDATE RESTRICT
);

CREATE UNIQUE INDEX "memberships_organisation_id_person_id_key" ON "memberships"("organisation_id", "person_id");
CREATE INDEX "memberships_person_id_idx" ON "memberships"("person_id");

CREATE TABLE "invitations" (
    "id" UUID NOT NULL,
    "organisation_id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "inviter_id" UUID NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "invitations_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "invitations_role" CHECK ("role" IN ('owner', 'admin', 'member', 'billing')),
    CONSTRAINT "invitations_status" CHECK ("status" IN ('pending', 'accepted', 'rejected', 'canceled')),
    CONSTRAINT "invitations_organisation_id_fkey" FOREIGN KEY ("organisation_id") REFERENCES "organisations"("id") ON DELETE CASCADE ON UPDATE RESTRICT,
    CONSTRAINT "invitations_inviter_id_fkey" FOREIGN KEY ("inviter_id") REFERENCES "people"("id") ON DELETE CASCADE ON UPDATE RESTRICT
);

CREATE INDEX "invitations_organisation_id_idx" ON "invitations"("organisation_id");
CREATE INDEX "invitations_email_idx" ON "invitations"("email");

-- A one-time code counts once, though it would be right for a minute and a half.
CREATE TABLE "used_totp_codes" (
    "person_id" UUID NOT NULL,
    "digest" BYTEA NOT NULL,
    "until" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "used_totp_codes_pkey" PRIMARY KEY ("person_id", "digest"),
    CONSTRAINT "used_totp_codes_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "people"("id") ON DELETE CASCADE ON UPDATE RESTRICT
);

-- Two owners who leave at the same moment each see the other one: the organisation's row puts them in order.
CREATE FUNCTION "keep_an_owner"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW."role" = 'owner' AND NEW."organisation_id" = OLD."organisation_id" THEN
        RETURN NEW;
    END IF;
    PERFORM 1 FROM "organisations" WHERE "id" = OLD."organisation_id" FOR UPDATE;
    -- Not found: the organisation itself is being deleted.
    IF FOUND AND NOT EXISTS (
        SELECT 1 FROM "memberships"
        WHERE "organisation_id" = OLD."organisation_id" AND "role" = 'owner' AND "id" <> OLD."id"
    ) THEN
        RAISE EXCEPTION 'an organisation keeps at least one owner' USING ERRCODE = 'check_violation', CONSTRAINT = 'memberships_keep_an_owner';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END;
$$;

CREATE TRIGGER "memberships_keep_an_owner"
    BEFORE UPDATE OR DELETE ON "memberships"
    FOR EACH ROW WHEN (OLD."role" = 'owner') EXECUTE FUNCTION "keep_an_owner"();

-- What was done by whom, from where. Ids without foreign keys: an event outlives what it speaks of.
CREATE TABLE "audit_events" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),
    "kind" TEXT NOT NULL,
    -- Null: nobody who was signed in.
    "person_id" UUID,
    -- Null: it concerns the person alone.
    "organisation_id" UUID,
    "subject_kind" TEXT NOT NULL,
    "subject_id" TEXT NOT NULL,
    "address" TEXT,
    "detail" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "audit_events_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "audit_events_kind" CHECK ("kind" ~ '^[a-z_]+\.[a-z_]+$')
);

CREATE INDEX "audit_events_organisation_id_id_idx" ON "audit_events"("organisation_id", "id");
CREATE INDEX "audit_events_person_id_id_idx" ON "audit_events"("person_id", "id");

CREATE FUNCTION "refuse_to_alter_audit_events"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit_events is append-only: % is refused', TG_OP;
END;
$$;

-- By statement, so that one which would touch no row is refused too, and TRUNCATE, which has no rows, as well.
CREATE TRIGGER "audit_events_append_only"
    BEFORE UPDATE OR DELETE OR TRUNCATE ON "audit_events"
    FOR EACH STATEMENT EXECUTE FUNCTION "refuse_to_alter_audit_events"();

-- The second wall: a reader sees the events of the organisation that its transaction has named, whatever its query says.
ALTER TABLE "audit_events" ENABLE ROW LEVEL SECURITY;
ALTER TABLE "audit_events" FORCE ROW LEVEL SECURITY;

CREATE POLICY "audit_events_of_the_organisation" ON "audit_events" FOR SELECT
    USING ("organisation_id" = nullif(current_setting('tokenroute.organisation', true), '')::uuid);

CREATE POLICY "audit_events_append" ON "audit_events" FOR INSERT WITH CHECK (true);

-- Superusers pass every wall, forced or not: readers put this role on. Roles belong to the whole server, so another database
-- may have made it. Who may not create roles is no superuser, and held by the wall as it is.
DO $$
BEGIN
    CREATE ROLE "tokenroute_tenant" NOLOGIN NOBYPASSRLS;
EXCEPTION
    WHEN duplicate_object OR unique_violation THEN NULL;
    WHEN insufficient_privilege THEN NULL;
END;
$$;

DO $$
BEGIN
    IF EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'tokenroute_tenant') THEN
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO "tokenroute_tenant"', current_schema());
        GRANT SELECT ON "audit_events" TO "tokenroute_tenant";
    END IF;
END;
$$;

-- The connection says who acts and from where: src/people/attributed-pool.ts.
CREATE FUNCTION "append_audit_event"(
    "kind" TEXT, "organisation_id" UUID, "subject_kind" TEXT, "subject_id" TEXT, "detail" JSONB, "otherwise" UUID
) RETURNS void LANGUAGE sql AS $$
    INSERT INTO "audit_events" ("kind", "person_id", "organisation_id", "subject_kind", "subject_id", "address", "detail")
    VALUES (
        $1, coalesce(nullif(current_setting('tokenroute.person', true), '')::uuid, $6), $2, $3, $4,
        nullif(current_setting('tokenroute.address', true), ''), $5
    );
$$;

CREATE FUNCTION "audit_people"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM "append_audit_event"('person.signed_up', NULL, 'person', NEW."id"::text, '{}', NEW."id");
        RETURN NULL;
    END IF;
    IF NEW."email_verified" AND NOT OLD."email_verified" THEN
        PERFORM "append_audit_event"('person.email_verified', NULL, 'person', NEW."id"::text, '{}', NEW."id");
    END IF;
    IF NEW."two_factor_enabled" IS DISTINCT FROM OLD."two_factor_enabled" THEN
        PERFORM "append_audit_event"(
            CASE WHEN NEW."two_factor_enabled" THEN 'two_factor.enabled' ELSE 'two_factor.disabled' END,
            NULL, 'person', NEW."id"::text, '{}', NEW."id");
    END IF;
    RETURN NULL;
END;
$$;
CREATE TRIGGER "people_audit" AFTER INSERT OR UPDATE ON "people" FOR EACH ROW EXECUTE FUNCTION "audit_people"();

CREATE FUNCTION "audit_sessions"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM "append_audit_event"('session.started', NULL, 'session', NEW."id"::text, '{}', NEW."person_id");
    ELSE
        PERFORM "append_audit_event"('session.ended', NULL, 'session', OLD."id"::text, '{}', OLD."person_id");
    END IF;
    RETURN NULL;
END;
$$;
CREATE TRIGGER "sessions_audit" AFTER INSERT OR DELETE ON "sessions" FOR EACH ROW EXECUTE FUNCTION "audit_sessions"();

CREATE FUNCTION "audit_credentials"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM "append_audit_event"('credential.added', NULL, 'credential', NEW."id"::text,
            jsonb_build_object('provider', NEW."provider_id"), NEW."person_id");
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM "append_audit_event"('credential.removed', NULL, 'credential', OLD."id"::text,
            jsonb_build_object('provider', OLD."provider_id"), OLD."person_id");
    ELSIF NEW."password" IS DISTINCT FROM OLD."password" THEN
        PERFORM "append_audit_event"('credential.password_changed', NULL, 'credential', NEW."id"::text, '{}', NEW."person_id");
    END IF;
    RETURN NULL;
END;
$$;
CREATE TRIGGER "credentials_audit" AFTER INSERT OR UPDATE OR DELETE ON "credentials" FOR EACH ROW EXECUTE FUNCTION "audit_credentials"();

CREATE FUNCTION "audit_two_factors"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW."recovery_codes" <> OLD."recovery_codes" THEN
        PERFORM "append_audit_event"('two_factor.recovery_codes_changed', NULL, 'person', NEW."person_id"::text,
            jsonb_build_object('left', jsonb_array_length(NEW."recovery_codes"::jsonb)), NEW."person_id");
    END IF;
    RETURN NULL;
END;
$$;
CREATE TRIGGER "two_factors_audit" AFTER UPDATE ON "two_factors" FOR EACH ROW EXECUTE FUNCTION "audit_two_factors"();

CREATE FUNCTION "audit_organisations"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM "append_audit_event"('organisation.created', NEW."id", 'organisation', NEW."id"::text,
            jsonb_build_object('name', NEW."name"), NEW."personal_of");
    ELSIF NEW."name" <> OLD."name" THEN
        PERFORM "append_audit_event"('organisation.renamed', NEW."id", 'organisation', NEW."id"::text,
            jsonb_build_object('from', OLD."name", 'to', NEW."name"), NULL);
    END IF;
    RETURN NULL;
END;
$$;
CREATE TRIGGER "organisations_audit" AFTER INSERT OR UPDATE ON "organisations" FOR EACH ROW EXECUTE FUNCTION "audit_organisations"();

CREATE FUNCTION "audit_memberships"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM "append_audit_event"('member.added', NEW."organisation_id", 'membership', NEW."id"::text,
            jsonb_build_object('person_id', NEW."person_id", 'role', NEW."role"), NEW."person_id");
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM "append_audit_event"('member.removed', OLD."organisation_id", 'membership', OLD."id"::text,
            jsonb_build_object('person_id', OLD."person_id", 'role', OLD."role"), NULL);
    ELSIF NEW."role" <> OLD."role" THEN
        PERFORM "append_audit_event"('member.role_changed', NEW."organisation_id", 'membership', NEW."id"::text,
            jsonb_build_object('person_id', NEW."person_id", 'from', OLD."role", 'to', NEW."role"), NULL);
    END IF;
    RETURN NULL;
END;
$$;
CREATE TRIGGER "memberships_audit" AFTER INSERT OR UPDATE OR DELETE ON "memberships" FOR EACH ROW EXECUTE FUNCTION "audit_memberships"();

CREATE FUNCTION "audit_invitations"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM "append_audit_event"('invitation.created', NEW."organisation_id", 'invitation', NEW."id"::text,
            jsonb_build_object('email', NEW."email", 'role', NEW."role"), NEW."inviter_id");
    ELSIF NEW."status" <> OLD."status" THEN
        PERFORM "append_audit_event"('invitation.' || NEW."status", NEW."organisation_id", 'invitation', NEW."id"::text,
            jsonb_build_object('email', NEW."email", 'role', NEW."role"), NULL);
    END IF;
    RETURN NULL;
END;
$$;
CREATE TRIGGER "invitations_audit" AFTER INSERT OR UPDATE ON "invitations" FOR EACH ROW EXECUTE FUNCTION "audit_invitations"();
