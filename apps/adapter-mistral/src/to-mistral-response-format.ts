import { type ChatResponseFormat, withoutNulls } from '@tokenroute/openai-wire';
import { withoutSchemaIdentity } from './to-mistral-tools.js';

/** Native structured output: https://docs.mistral.ai/capabilities/structured_output/custom */
export function toMistralResponseFormat(format: ChatResponseFormat | null | undefined): unknown {
  if (!format || format.type === 'text') return undefined;
  if (format.type === 'json_object') return { type: 'json_object' };
  const { name, description, schema, strict } = format.json_schema;
  return {
    type: 'json_schema',
    json_schema: withoutNulls({
      name,
      description,
      schema: withoutSchemaIdentity(schema ?? { type: 'object' }),
      strict,
    }),
  };
}
