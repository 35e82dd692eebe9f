CREATE TYPE "key_event_kind" AS ENUM ('created', 'revoked');

CREATE TABLE "api_keys" (
    "id" UUID NOT NULL,
    "account_id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "digest" BYTEA NOT NULL,
    "display" TEXT NOT NULL,
    "requests_per_minute" INTEGER,
    "tokens_per_minute" INTEGER,
    "allowed_models" TEXT[] NOT NULL DEFAULT ARRAY[]::TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "expires_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_keys_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "api_keys_name_length" CHECK (char_length("name") BETWEEN 1 AND 100),
    CONSTRAINT "api_keys_digest_is_sha256" CHECK (octet_length("digest") = 32),
    CONSTRAINT "api_keys_display_is_no_secret" CHECK (char_length("display") <= 16),
    CONSTRAINT "api_keys_requests_per_minute_positive" CHECK ("requests_per_minute" > 0),
    CONSTRAINT "api_keys_tokens_per_minute_positive" CHECK ("tokens_per_minute" > 0)
);

CREATE UNIQUE INDEX "api_keys_digest_key" ON "api_keys"("digest");

CREATE INDEX "api_keys_account_id_idx" ON "api_keys"("account_id");

CREATE TABLE "key_events" (
    "id" BIGSERIAL NOT NULL,
    "key_id" UUID NOT NULL,
    "kind" "key_event_kind" NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "detail" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "key_events_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "key_events_key_id_fkey" FOREIGN KEY ("key_id") REFERENCES "api_keys"("id") ON DELETE RESTRICT ON UPDATE RESTRICT
);

CREATE INDEX "key_events_key_id_idx" ON "key_events"("key_id");

CREATE FUNCTION "refuse_to_alter_key_events"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'key_events is append-only: % is refused', TG_OP;
END;
$$;

-- By statement, so that one which would touch no row is refused too, and TRUNCATE, which has no rows, as well.
CREATE TRIGGER "key_events_append_only"
    BEFORE UPDATE OR DELETE OR TRUNCATE ON "key_events"
    FOR EACH STATEMENT EXECUTE FUNCTION "refuse_to_alter_key_events"();
