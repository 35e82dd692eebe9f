import { loadConfig, portVariable, serviceVariables } from '@tokenroute/service-kit';
import { z } from 'zod';

/** One database, one schema for each service: the URL says which. */
const databaseUrl = z.url().refine((url) => URL.canParse(url) && new URL(url).searchParams.has('schema'), {
  params: { message: 'must name the schema: …?schema=auth' },
});

const migrateSchema = z.object({ DATABASE_URL: databaseUrl });

const authSchema = migrateSchema.extend({
  ...serviceVariables,
  /** Operations: /healthz and /readyz. */
  HTTP_PORT: portVariable,
  GRPC_PORT: portVariable,
  NATS_URL: z.string().min(1),
});

export type AuthConfig = z.infer<typeof authSchema>;

export function authConfig(env: NodeJS.ProcessEnv = process.env): AuthConfig {
  return loadConfig(authSchema, env);
}

/** Migrating needs the database alone. */
export function migrateConfig(env: NodeJS.ProcessEnv = process.env): z.infer<typeof migrateSchema> {
  return loadConfig(migrateSchema, env);
}
