import { adapterPorts, adapterVariables } from '@tokenroute/adapter-kit';
import { loadConfig } from '@tokenroute/service-kit';
import { z } from 'zod';

const schema = z.object({
  ...adapterVariables,
  ...adapterPorts(8314, 7314),
  /** Our key there; several are in a file. */
  DEEPSEEK_API_KEY: z.string().optional(),
  /** A file with one key a line, which may be replaced while the service runs. */
  DEEPSEEK_API_KEY_FILE: z.string().optional(),
  /** As DeepSeek's documentation gives it: without a path. */
  DEEPSEEK_BASE_URL: z.url().default('https://api.deepseek.com'),
});

export type DeepSeekConfig = z.infer<typeof schema>;

export function readConfig(): DeepSeekConfig {
  return loadConfig(schema, process.env);
}
