import { adapterPorts, adapterVariables } from '@tokenroute/adapter-kit';
import { loadConfig } from '@tokenroute/service-kit';
import { z } from 'zod';

const schema = z.object({
  ...adapterVariables,
  ...adapterPorts(8315, 7315),
  MISTRAL_API_KEY: z.string().min(1),
  /** With `/v1`. */
  MISTRAL_BASE_URL: z.url().default('https://api.mistral.ai/v1'),
});

export type MistralConfig = z.infer<typeof schema>;

export function readConfig(): MistralConfig {
  return loadConfig(schema, process.env);
}
