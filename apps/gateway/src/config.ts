import { isIP } from 'node:net';
import {
  areGrpcAddresses,
  durationMsVariable,
  grpcAddressVariable,
  loadConfig,
  portVariable,
  serviceVariables,
} from '@tokenroute/service-kit';
import { z } from 'zod';

/** "openai=10.0.0.1:7111,10.0.0.2:7111,anthropic=adapter-anthropic:7112": where the replicas of each adapter are. */
const adapterAddresses = z.string().transform((text, context) => {
  const adapters = new Map<string, string[]>();
  // At the commas before another name: those between are of one adapter's replicas.
  for (const entry of text.split(/,(?=[^,=]+=)/)) {
    const [provider, addresses, ...rest] = entry.trim().split('=');
    const replicas = addresses?.split(',').map((address) => address.trim()) ?? [];
    if (provider && rest.length === 0 && areGrpcAddresses(replicas)) adapters.set(provider, replicas);
    else {
      const message =
        'must be provider=host:port[,provider=host:port …], several replicas as ip:port,ip:port';
      context.addIssue({ code: 'custom', params: { message } });
      return z.NEVER;
    }
  }
  return adapters;
});

/** "10.0.0.0/8,::1": whose `X-Forwarded-For` is believed. */
const addressRanges = z.string().transform((text, context) => {
  const ranges = text.split(',').map((range) => range.trim());
  if (ranges.every(isAddressRange)) return ranges;
  context.addIssue({
    code: 'custom',
    params: { message: 'must be addresses or CIDR ranges, with commas between' },
  });
  return z.NEVER;
});

function isAddressRange(text: string): boolean {
  const [address, bits, ...rest] = text.split('/') as [string, ...string[]];
  const version = isIP(address);
  const mostBits = version === 4 ? 32 : 128;
  return version !== 0 && rest.length === 0 && (bits === undefined || isBits(bits, mostBits));
}

function isBits(text: string, most: number): boolean {
  return /^\d{1,3}$/.test(text) && Number(text) <= most;
}

export const configSchema = z.object({
  ...serviceVariables,
  PORT: portVariable.default(8080),
  /** Operations: /metrics, apart from what the public reaches. */
  METRICS_PORT: portVariable.default(9464),
  AUTH_ADDRESS: grpcAddressVariable,
  BILLING_ADDRESS: grpcAddressVariable,
  NATS_URL: z.string().min(1),
  REDIS_URL: z.string().min(1),
  ADAPTERS: adapterAddresses,
  MAX_BODY_BYTES: z.coerce
    .number()
    .int()
    .min(1_024)
    .max(1_073_741_824)
    .default(20 * 1024 * 1024),
  /** Requests that one gateway answers at the same time. */
  MAX_REQUESTS: z.coerce.number().int().min(1).max(1_000_000).default(5_000),
  /** Of these, requests to one provider: a slow one keeps no more waiting. */
  MAX_REQUESTS_PER_PROVIDER: z.coerce.number().int().min(1).max(1_000_000).default(2_000),
  /** A hold or charge waits longer only behind too many others: then requests are refused. More than one alone ever takes. */
  BILLING_DELAY_TARGET_MS: durationMsVariable.default(20),
  /** Requests of one key that one gateway answers at the same time. */
  MAX_CONCURRENT_REQUESTS_PER_KEY: z.coerce.number().int().min(1).max(1_000_000).default(1_000),
  /** Keys nobody has, tried from one address at one gateway. */
  MAX_FAILED_AUTHENTICATIONS_PER_MINUTE: z.coerce.number().int().min(1).max(1_000_000).default(100),
  TRUSTED_PROXIES: addressRanges.optional(),
  AUTH_TIMEOUT_MS: durationMsVariable.default(2_000),
  BILLING_TIMEOUT_MS: durationMsVariable.default(3_000),
});

export type GatewayConfig = z.infer<typeof configSchema>;

export function readConfig(): GatewayConfig {
  return loadConfig(configSchema, process.env);
}
