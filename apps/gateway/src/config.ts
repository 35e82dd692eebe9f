import { durationMsVariable, loadConfig, portVariable, serviceVariables } from '@tokenroute/service-kit';
import { z } from 'zod';

const addressPattern = /^[^\s:]+:\d{1,5}$/;
const address = z.string().regex(addressPattern);

/** "openai=127.0.0.1:7111,anthropic=…": which adapter answers for which provider. */
const adapterAddresses = z.string().transform((text, context) => {
  const pairs = text.split(',').map((pair) => pair.trim().split('=') as [string, string?]);
  const wellFormed = pairs.every(([provider, target]) => provider && target && addressPattern.test(target));
  if (wellFormed) return new Map(pairs as [string, string][]);
  context.addIssue({
    code: 'custom',
    params: { message: 'must be provider=host:port[,provider=host:port …]' },
  });
  return z.NEVER;
});

const schema = z.object({
  ...serviceVariables,
  PORT: portVariable.default(8080),
  AUTH_ADDRESS: address,
  BILLING_ADDRESS: address,
  NATS_URL: z.string().min(1),
  ADAPTERS: adapterAddresses,
  MAX_BODY_BYTES: z.coerce
    .number()
    .int()
    .min(1_024)
    .max(1_073_741_824)
    .default(20 * 1024 * 1024),
  AUTH_TIMEOUT_MS: durationMsVariable.default(2_000),
  BILLING_TIMEOUT_MS: durationMsVariable.default(3_000),
});

export type GatewayConfig = z.infer<typeof schema>;

export function readConfig(): GatewayConfig {
  return loadConfig(schema, process.env);
}
