import { z } from 'zod';

/** The environment does not fit the schema. The message names the variables and what is wrong, never their values. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

/**
 * Reads a service's configuration from the environment. An empty variable counts as absent.
 * @throws ConfigError naming every variable that does not fit.
 */
export function loadConfig<Schema extends z.ZodType>(
  schema: Schema,
  env: NodeJS.ProcessEnv,
): z.infer<Schema> {
  const present = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  // zod's own messages may quote the received value, which may be a secret: these do not.
  const result = schema.safeParse(present, { error: (issue) => describeIssue(issue, present) });
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
  throw new ConfigError(`The configuration is not usable:\n${problems.join('\n')}`);
}

function describeIssue(issue: z.core.$ZodRawIssue, env: Record<string, unknown>): string {
  const variable = String(issue.path?.[0] ?? '');
  if (!(variable in env)) return 'is required';
  switch (issue.code) {
    case 'too_small':
      return `must be at least ${issue.minimum}`;
    case 'too_big':
      return `must be at most ${issue.maximum}`;
    case 'invalid_format':
      return `must be a valid ${issue.format}`;
    case 'invalid_value':
      return `must be one of ${issue.values.join(', ')}`;
    case 'custom':
      return typeof issue.params?.['message'] === 'string' ? issue.params['message'] : 'has an invalid value';
    default:
      return 'has an invalid value';
  }
}

/** A TCP port; 0 lets the system choose. */
export const portVariable = z.coerce.number().int().min(0).max(65_535);

/** A duration in milliseconds. */
export const durationMsVariable = z.coerce.number().int().min(1).max(86_400_000);

/** What every service reads. */
export const serviceVariables = {
  HOST: z.string().default('0.0.0.0'),
  /** Asked to end, a service is not ready any more but takes work for so long: until everybody has seen that it is not. */
  SHUTDOWN_DELAY_MS: z.coerce.number().int().min(0).max(600_000).default(5_000),
  /** How long what is under way may then take: the longest answer. */
  SHUTDOWN_TIMEOUT_MS: durationMsVariable.default(600_000),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
  /** Of a collector that takes OTLP over HTTP; absent: traces and numbers are sent nowhere. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  /** The share of requests whose trace is recorded. */
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(0.01),
};
