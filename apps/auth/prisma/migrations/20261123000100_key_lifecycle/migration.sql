-- What a key may cost, whether it is switched off, what took its place, when it was last used, and who changed it.

ALTER TYPE "key_event_kind" ADD VALUE 'updated';
ALTER TYPE "key_event_kind" ADD VALUE 'rotated';

ALTER TABLE "api_keys"
    ADD COLUMN "monthly_budget_nano_usd" BIGINT,
    ADD COLUMN "disabled_at" TIMESTAMPTZ(3),
    ADD COLUMN "created_by" TEXT NOT NULL DEFAULT '',
    ADD COLUMN "last_used_at" TIMESTAMPTZ(3),
    ADD COLUMN "rotated_to" UUID,
    ADD CONSTRAINT "api_keys_monthly_budget_not_negative" CHECK ("monthly_budget_nano_usd" >= 0),
    ADD CONSTRAINT "api_keys_rotated_to_fkey" FOREIGN KEY ("rotated_to") REFERENCES "api_keys"("id") ON DELETE RESTRICT ON UPDATE RESTRICT;

ALTER TABLE "key_events"
    ADD COLUMN "author" TEXT NOT NULL DEFAULT '',
    ADD COLUMN "address" TEXT NOT NULL DEFAULT '';
