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
});

export type BillingConfig = z.infer<typeof schema>;

export function readConfig(): BillingConfig {
  return loadConfig(schema, process.env);
}

/** What the migration needs: only the database. */
export function readMigrationConfig(): { DATABASE_URL: string } {
  return loadConfig(schema.pick({ DATABASE_URL: true }), process.env);
}
