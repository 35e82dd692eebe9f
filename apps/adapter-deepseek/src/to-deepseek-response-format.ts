import type { ChatResponseFormat } from '@tokenroute/openai-wire';

/** DeepSeek has JSON mode but no schemas (https://api-docs.deepseek.com/guides/json_mode): a schema goes as an instruction. */
export function toDeepSeekResponseFormat(
  format: ChatResponseFormat | null | undefined,
): { type: 'json_object' } | undefined {
  return format && format.type !== 'text' ? { type: 'json_object' } : undefined;
}

/** What the model is told when the caller wants a schema kept. JSON mode also needs the word in the prompt. */
export function schemaInstruction(format: ChatResponseFormat | null | undefined): string | undefined {
  if (format?.type !== 'json_schema') return undefined;
  const { name, description, schema } = format.json_schema;
  const what = description ? `${name} (${description})` : name;
  return (
    `Answer with nothing but one JSON object, "${what}", that is valid against this JSON Schema:\n` +
    JSON.stringify(schema ?? { type: 'object' })
  );
}
