import type { ChatConversation } from '@tokenroute/openai-wire';
import type { GoogleModel } from './google-models.js';
import type { GoogleGenerationConfig } from './google-request.js';
import { toGoogleSchema } from './to-google-schema.js';

type Output = Pick<GoogleGenerationConfig, 'responseMimeType' | 'responseSchema' | 'responseJsonSchema'> & {
  /** For the system instruction. */
  instruction?: string;
};

/**
 * The form of the answer. Models before Gemini 3 refuse JSON output in a request that has tools: there the form is
 * asked for in words.
 */
export function toGoogleOutput(
  { response_format: format, tools }: Pick<ChatConversation, 'response_format' | 'tools'>,
  model: GoogleModel,
): Output {
  if (format == null || format.type === 'text') return {};
  const schema = format.type === 'json_schema' ? format.json_schema.schema : undefined;
  if (tools?.length && !model.combinesToolsWithJson) return { instruction: inWords(schema) };
  const responseMimeType = 'application/json';
  if (schema == null) return { responseMimeType };
  if (model.takesJsonSchema) return { responseMimeType, responseJsonSchema: schema };
  const param = 'response_format.json_schema.schema';
  return { responseMimeType, responseSchema: toGoogleSchema(schema, param) };
}

function inWords(schema: Record<string, unknown> | null | undefined): string {
  const form = 'When you answer without calling a function, answer with one JSON value and nothing else';
  return schema == null
    ? `${form}.`
    : `${form}. It has to be valid against this JSON Schema:\n${JSON.stringify(schema)}`;
}
