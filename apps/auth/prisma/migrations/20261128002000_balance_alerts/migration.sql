-- Who was told by mail of which event of billing's, so that an event that comes again, or to two processes, tells nobody twice.
CREATE TABLE "balance_alerts" (
    "event_id" UUID NOT NULL,
    "person_id" UUID NOT NULL,
    "sent_at" TIMESTAMPTZ(3) NOT NULL DEFAULT now(),

    CONSTRAINT "balance_alerts_pkey" PRIMARY KEY ("event_id", "person_id"),
    CONSTRAINT "balance_alerts_person_id_fkey" FOREIGN KEY ("person_id") REFERENCES "people"("id") ON DELETE CASCADE ON UPDATE RESTRICT
);

CREATE INDEX "balance_alerts_sent_at_idx" ON "balance_alerts"("sent_at");
