import { Fault } from '@tokenroute/faults';
import type { ChatConversation, ChatTool } from '@tokenroute/openai-wire';
import type { GoogleModel } from './google-models.js';
import type { GoogleFunction, GoogleRequest, GoogleToolConfig } from './google-request.js';
import { toGoogleSchema } from './to-google-schema.js';

/**
 * Tools and the choice among them (rules 32, 33).
 * @throws Fault invalid-request when a call is demanded that no tool can answer
 */
export function toGoogleTools(
  { tools, tool_choice: choice }: Pick<ChatConversation, 'tools' | 'tool_choice'>,
  model: GoogleModel,
): Pick<GoogleRequest, 'tools' | 'toolConfig'> {
  const names = (tools ?? []).map((tool) => tool.function.name);
  const toolConfig = toToolConfig(choice, names);
  if (!tools?.length) return {};
  const functionDeclarations = tools.map((tool, index) => toFunction(tool, index, model));
  return { tools: [{ functionDeclarations }], ...(toolConfig && { toolConfig }) };
}

function toFunction({ function: declared }: ChatTool, index: number, model: GoogleModel): GoogleFunction {
  const { name, description, parameters } = declared;
  return {
    name,
    ...(description && { description }),
    ...(parameters && toParameters(parameters, `tools[${index}].function.parameters`, model)),
  };
}

function toParameters(
  schema: Record<string, unknown>,
  param: string,
  model: GoogleModel,
): Pick<GoogleFunction, 'parameters' | 'parametersJsonSchema'> {
  if (model.takesJsonSchema) return { parametersJsonSchema: schema };
  const parameters = toGoogleSchema(schema, param);
  // An object without properties is refused: a function without parameters has no schema.
  return parameters['type'] === 'object' && !parameters['properties'] ? {} : { parameters };
}

function toToolConfig(
  choice: ChatConversation['tool_choice'],
  names: readonly string[],
): GoogleToolConfig | undefined {
  if (choice == null) return undefined;
  if (choice === 'auto' || choice === 'none') {
    return { functionCallingConfig: { mode: choice === 'auto' ? 'AUTO' : 'NONE' } };
  }
  if (choice === 'required') {
    if (names.length === 0) throw refusal('a call is required, but there are no tools');
    return { functionCallingConfig: { mode: 'ANY' } };
  }
  const { name } = choice.function;
  if (!names.includes(name)) throw refusal(`the function ${JSON.stringify(name)} is not among the tools`);
  return { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: [name] } };
}

function refusal(what: string): Fault {
  return new Fault('invalid-request', `tool_choice: ${what}.`, { param: 'tool_choice' });
}
