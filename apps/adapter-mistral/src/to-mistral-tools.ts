import { type ChatTool, type ChatToolChoice, withoutNulls } from '@tokenroute/openai-wire';

type Schema = Record<string, unknown>;

/** `parameters` is required, if only as an empty object. */
export function toMistralTools(tools: ChatTool[] | null | undefined): unknown[] | undefined {
  if (!tools?.length) return undefined;
  return tools.map(({ function: { name, description, parameters, strict } }) => ({
    type: 'function',
    function: withoutNulls({
      name,
      description,
      parameters: withoutSchemaIdentity(parameters ?? { type: 'object', properties: {} }),
      strict: strict || undefined,
    }),
  }));
}

export function toMistralToolChoice(choice: ChatToolChoice | null | undefined): unknown {
  if (choice === 'required') return 'any';
  if (typeof choice !== 'object' || choice === null) return choice;
  return { type: 'function', function: { name: choice.function.name } };
}

/** `$schema` and `$id` say where a schema comes from; Mistral refuses them. They stand at its root only. */
export function withoutSchemaIdentity({ $schema: _schema, $id: _id, ...schema }: Schema): Schema {
  return schema;
}
