import { durationMsVariable, loadConfig, portVariable, serviceVariables } from '@tokenroute/service-kit';
import { z } from 'zod';

const schema = z.object({
  ...serviceVariables,
  HTTP_PORT: portVariable.default(8102),
  GRPC_PORT: portVariable.default(7102),
  /** …/tokenroute?schema=billing */
  DATABASE_URL: z.url(),
  NATS_URL: z.string().min(1),
  DATABASE_CONNECTIONS: z.coerce.number().int().min(4).max(200).default(10),
  /** Longer than the longest answer (600 s) plus the time a settlement may take. */
  HOLD_TIME_TO_LIVE_MS: durationMsVariable.default(900_000),
  /** A gateway not heard of for so long is dead and its holds are given back. */
  GATEWAY_SILENCE_MS: durationMsVariable.default(20_000),
  SWEEP_INTERVAL_MS: durationMsVariable.default(2_000),
  /** Without it there is no Stripe: see DEVELOPMENT_PAYMENTS. */
  STRIPE_SECRET_KEY: z.string().min(8).optional(),
  /** A file that has it instead, and may be replaced while billing runs. */
  STRIPE_SECRET_KEY_FILE: z.string().optional(),
  /** Of the webhook endpoint /webhooks/stripe; without it no event is taken. */
  STRIPE_WEBHOOK_SECRET: z.string().min(8).optional(),
  /** A file with one or more of them, one a line, which may be replaced while billing runs. */
  STRIPE_WEBHOOK_SECRET_FILE: z.string().optional(),
  /** Another place than Stripe's own, for tests. */
  STRIPE_API_URL: z.url().optional(),
  TOP_UP_MIN_USD: z.coerce.number().int().min(1).max(999_999).default(5),
  TOP_UP_MAX_USD: z.coerce.number().int().min(1).max(999_999).default(10_000),
  /** How often payment work is looked for: received events, automatic top-ups, low balances, events to publish. */
  PAYMENTS_INTERVAL_MS: durationMsVariable.default(1_000),
  /** A payment page on which no money moves, while there is no Stripe key. Never in production. */
  DEVELOPMENT_PAYMENTS: z.enum(['on', 'off']).default('on'),
  /** Where a browser reaches this service's HTTP port, for the development payment page. */
  DEVELOPMENT_PAYMENTS_URL: z.url().optional(),
  NODE_ENV: z.string().optional(),
  /** After which released holds and what payment events said are removed; what was charged stays for good. */
  RETENTION_DAYS: z.coerce.number().int().min(30).max(36_500).default(90),
  /** How often usage is added up by hour; until then it is read from the ledger itself. */
  USAGE_ROLLUP_INTERVAL_MS: durationMsVariable.default(5_000),
  /** How often the whole ledger is proved; less often once that takes long. */
  LEDGER_CHECK_INTERVAL_MS: durationMsVariable.default(60_000),
});

export type BillingConfig = z.infer<typeof schema>;

export function readConfig(): BillingConfig {
  return loadConfig(schema, process.env);
}

/** What the migration needs: only the database. */
export function readMigrationConfig(): { DATABASE_URL: string } {
  return loadConfig(schema.pick({ DATABASE_URL: true }), process.env);
}
