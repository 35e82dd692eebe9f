import { providers } from './providers.js';

const providerVariables = providers.flatMap(({ keyVariable, keyFileVariable, baseUrlVariable }) => [
  keyVariable,
  keyFileVariable,
  baseUrlVariable,
]);
// What the table says itself, and what is meant for the process that starts the services.
const notPassedOn = new Set([
  ...providerVariables,
  ...[
    'HOST',
    'PORT',
    'HTTP_PORT',
    'GRPC_PORT',
    'DATABASE_URL',
    'REDIS_URL',
    'NATS_URL',
    'ADAPTERS',
    'NODE_OPTIONS',
    'SMTP_URL',
    'SMTP_PORT',
    'PUBLIC_URL',
    'STRIPE_API_URL',
  ],
]);
const looksSecret = /(^|_)(KEY|TOKEN|SECRET|PASSWORD|CREDENTIALS)$/i;

/** What a service may see of the developer's environment: settings, but no provider's key and no other secret. */
export function inheritedEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const passed: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined || notPassedOn.has(name) || looksSecret.test(name) || /^npm_|^JEST_/.test(name))
      continue;
    passed[name] = value;
  }
  return passed;
}
