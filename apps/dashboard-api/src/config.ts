import { fileURLToPath } from 'node:url';
import {
  durationMsVariable,
  grpcAddressVariable,
  loadConfig,
  portVariable,
  serviceVariables,
} from '@tokenroute/service-kit';
import { z } from 'zod';

const httpUrl = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/$/, ''));
const list = z.string().transform((text) =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean),
);

const schema = z.object({
  ...serviceVariables,
  /** What browsers reach: the pages, /api and /api/auth. */
  PORT: portVariable.default(3000),
  /** Operations: /metrics, apart from what the public reaches. */
  METRICS_PORT: portVariable.default(9465),
  /** Where browsers find this service: https://console.example.com. The same as auth's. */
  PUBLIC_URL: z.url({ protocol: /^https?$/ }).transform((url) => new URL(url).origin),
  /** What customers put into their clients: https://api.example.com/v1 */
  PUBLIC_API_URL: httpUrl,
  AUTH_ADDRESS: grpcAddressVariable,
  /** auth's HTTP port: /api/auth is passed on to it. */
  AUTH_HTTP_URL: httpUrl,
  BILLING_ADDRESS: grpcAddressVariable,
  /** Any gateway answers there how much of their limits keys have used. */
  NATS_URL: z.string().min(1),
  /** Where this service reaches the gateway, for the playground. */
  GATEWAY_URL: httpUrl,
  /** Addresses or networks of proxies whose X-Forwarded-For is believed, with commas between them. */
  TRUSTED_PROXIES: list.default([]),
  /** E-mail addresses of those who see every account and the books, with commas between. */
  ADMINISTRATORS: list.default([]),
  CALL_TIMEOUT_MS: durationMsVariable.default(5_000),
  /** How often an open page's balance is looked at. */
  LIVE_INTERVAL_MS: durationMsVariable.default(1_000),
  /** The built pages. */
  PAGES_FOLDER: z.string().default(fileURLToPath(new URL('./built-pages', import.meta.url))),
});

export type DashboardConfig = z.infer<typeof schema>;

export function readConfig(): DashboardConfig {
  return loadConfig(schema, process.env);
}
