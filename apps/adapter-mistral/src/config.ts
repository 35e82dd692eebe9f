import { adapterPorts, adapterVariables } from '@tokenroute/adapter-kit';
import { loadConfig } from '@tokenroute/service-kit';
import { z } from 'zod';

const schema = z.object({
  ...adapterVariables,
  ...adapterPorts(8315, 7315),
  /** Our key there; several are in a file. */
  MISTRAL_API_KEY: z.string().optional(),
  /** A file with one key a line, which may be replaced while the service runs. */
  MISTRAL_API_KEY_FILE: z.string().optional(),
  /** With `/v1`. */
  MISTRAL_BASE_URL: z.url().default('https://api.mistral.ai/v1'),
});

export type MistralConfig = z.infer<typeof schema>;

export function readConfig(): MistralConfig {
  return loadConfig(schema, process.env);
}
