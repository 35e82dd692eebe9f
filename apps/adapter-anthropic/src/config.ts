import { adapterPorts, adapterVariables } from '@tokenroute/adapter-kit';
import { loadConfig } from '@tokenroute/service-kit';
import { z } from 'zod';

const schema = z.object({
  ...adapterVariables,
  ...adapterPorts(8312, 7312),
  ANTHROPIC_API_KEY: z.string().min(1),
  /** As Anthropic's own SDKs take it: without `/v1`. */
  ANTHROPIC_BASE_URL: z.url().default('https://api.anthropic.com'),
});

export type AnthropicConfig = z.infer<typeof schema>;

export function readConfig(): AnthropicConfig {
  return loadConfig(schema, process.env);
}
