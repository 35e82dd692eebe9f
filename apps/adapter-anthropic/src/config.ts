import { adapterPorts, adapterVariables } from '@tokenroute/adapter-kit';
import { loadConfig } from '@tokenroute/service-kit';
import { z } from 'zod';

const schema = z.object({
  ...adapterVariables,
  ...adapterPorts(8312, 7312),
  /** Our key there; several are in a file. */
  ANTHROPIC_API_KEY: z.string().optional(),
  /** A file with one key a line, which may be replaced while the service runs. */
  ANTHROPIC_API_KEY_FILE: z.string().optional(),
  /** As Anthropic's own SDKs take it: without `/v1`. */
  ANTHROPIC_BASE_URL: z.url().default('https://api.anthropic.com'),
});

export type AnthropicConfig = z.infer<typeof schema>;

export function readConfig(): AnthropicConfig {
  return loadConfig(schema, process.env);
}
