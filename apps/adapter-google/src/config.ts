import { adapterPorts, adapterVariables } from '@tokenroute/adapter-kit';
import { durationMsVariable, loadConfig } from '@tokenroute/service-kit';
import { z } from 'zod';

const schema = z.object({
  ...adapterVariables,
  ...adapterPorts(8313, 7313),
  /** Our key there; several are in a file. */
  GOOGLE_API_KEY: z.string().optional(),
  /** A file with one key a line, which may be replaced while the service runs. */
  GOOGLE_API_KEY_FILE: z.string().optional(),
  /** As Google's own SDKs take it: without `/v1beta`. */
  GOOGLE_BASE_URL: z.url().default('https://generativelanguage.googleapis.com'),
  /** Files that requests name by address. Per request: */
  FETCH_MAX_FILES: z.coerce.number().int().min(0).max(1_000).default(16),
  /** Gemini takes 20 MB in a request, base64 included. */
  FETCH_MAX_BYTES: z.coerce.number().int().min(1).max(1_000_000_000).default(14_000_000),
  FETCH_TIMEOUT_MS: durationMsVariable.default(15_000),
  FETCH_MAX_REDIRECTS: z.coerce.number().int().min(0).max(20).default(3),
  /** In this process: */
  FETCH_MAX_CONCURRENT: z.coerce.number().int().min(1).max(10_000).default(32),
});

export type GoogleConfig = z.infer<typeof schema>;

export function readConfig(): GoogleConfig {
  return loadConfig(schema, process.env);
}
