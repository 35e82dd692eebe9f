import { adapterPorts, adapterVariables } from '@tokenroute/adapter-kit';
import { loadConfig } from '@tokenroute/service-kit';
import { z } from 'zod';

const schema = z.object({
  ...adapterVariables,
  ...adapterPorts(8314, 7314),
  DEEPSEEK_API_KEY: z.string().min(1),
  /** As DeepSeek's documentation gives it: without a path. */
  DEEPSEEK_BASE_URL: z.url().default('https://api.deepseek.com'),
});

export type DeepSeekConfig = z.infer<typeof schema>;

export function readConfig(): DeepSeekConfig {
  return loadConfig(schema, process.env);
}
