import { z } from 'zod';

/** The configuration is not usable. The message names the variables and what is wrong, one a line, never their values. */
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
  const problems = result.success
    ? missingTlsFiles(result.data)
    : result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  if (result.success && problems.length === 0) return result.data;
  throw new ConfigError(problems.join('\n'));
}

const tlsVariables = ['TLS_CERT_FILE', 'TLS_KEY_FILE', 'TLS_CA_FILE'] as const;

/** All three or none: a service that was meant to be protected must not start without. */
function missingTlsFiles(config: unknown): string[] {
  const values = config as Record<string, unknown>;
  const [present] = tlsVariables.filter((name) => values[name] !== undefined);
  if (present === undefined) return [];
  const missing = tlsVariables.filter((name) => values[name] === undefined);
  return missing.map((name) => `${name}: is required with ${present}`);
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
  /**
   * PEM files: this service's certificate, which bears its name, its key, and the authority that the others' are from. With
   * them gRPC and NATS are encrypted, and both ends prove who they are; without any of the three they are plaintext.
   */
  TLS_CERT_FILE: z.string().optional(),
  TLS_KEY_FILE: z.string().optional(),
  TLS_CA_FILE: z.string().optional(),
  /** Of a collector that takes OTLP over HTTP; absent: traces and numbers are sent nowhere. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  /** The share of requests whose trace is recorded. */
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number().min(0).max(1).default(0.01),
};
