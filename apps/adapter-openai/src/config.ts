import { adapterPorts, adapterVariables } from '@tokenroute/adapter-kit';
import { loadConfig } from '@tokenroute/service-kit';
import { z } from 'zod';

const schema = z.object({
  ...adapterVariables,
  ...adapterPorts(8311, 7311),
  /** Our key there; several are in a file. */
  OPENAI_API_KEY: z.string().optional(),
  /** A file with one key a line, which may be replaced while the service runs. */
  OPENAI_API_KEY_FILE: z.string().optional(),
  /** As OpenAI's own SDKs take it: with `/v1`. */
  OPENAI_BASE_URL: z.url().default('https://api.openai.com/v1'),
});

export type OpenAiConfig = z.infer<typeof schema>;

export function readConfig(): OpenAiConfig {
  return loadConfig(schema, process.env);
}
