import {
  asText,
  isObject,
  Refusal,
  type Ask,
  type Json,
  type OutputForm,
  type Tool,
  type ToolChoice,
} from '../ask.js';
import { PromptTokens } from '../count-tokens.js';
import { checkSchema, readFields, refuse } from './google-fields.js';
import { googleModels, thinksByDefault } from './google-models.js';
import { readGoogleContents } from './read-google-contents.js';

const words = (list: string): ReadonlySet<string> => new Set(list.split(' '));
/** https://ai.google.dev/api/generate-content */
const requestFields = words(
  'contents tools toolConfig safetySettings systemInstruction generationConfig cachedContent labels model serviceTier store',
);
const configFields = words(
  'temperature topP topK maxOutputTokens candidateCount stopSequences responseMimeType responseSchema ' +
    'responseJsonSchema presencePenalty frequencyPenalty seed responseLogprobs logprobs thinkingConfig ' +
    'responseModalities speechConfig mediaResolution enableEnhancedCivicAnswers imageConfig',
);
const functionFields = words(
  'name description parameters parametersJsonSchema response responseJsonSchema behavior',
);
const modes = ['MODE_UNSPECIFIED', 'AUTO', 'ANY', 'NONE', 'VALIDATED'];

export function readGoogleRequest(body: unknown, model: string, stream: boolean): Ask {
  const answeringModel = googleModels.resolve(model);
  if (answeringModel === undefined)
    throw new Refusal(
      404,
      `models/${model} is not found for API version v1beta, or is not supported for generateContent. Call ListModels to see the list of available models and their supported methods.`,
    );
  const request = readFields(body, requestFields, '');
  const config = readFields(request.generationConfig ?? {}, configFields, 'generation_config');
  checkConfig(config);
  const tokens = new PromptTokens();
  if (request.systemInstruction !== undefined) tokens.message(readSystem(request.systemInstruction));
  const conversation = readGoogleContents(request.contents, model, tokens);
  const tools = readTools(request.tools);
  const output = readOutput(config);
  tools.forEach((tool) => tokens.json(tool));
  if (output.kind === 'json-schema') tokens.json(output.schema);
  const thinking = isObject(config.thinkingConfig) ? config.thinkingConfig : {};
  const budget = thinking.thinkingBudget ?? thinking.thinking_budget;
  return {
    model,
    answeringModel,
    stream,
    streamUsage: true,
    ...conversation,
    tools,
    toolChoice: readToolChoice(request.toolConfig, tools),
    parallelToolCalls: true,
    output,
    maxOutputTokens: config.maxOutputTokens === undefined ? undefined : Number(config.maxOutputTokens),
    stop: Array.isArray(config.stopSequences) ? config.stopSequences.map(asText) : [],
    thinking: budget === undefined ? thinksByDefault(model) || 'thinkingLevel' in thinking : budget !== 0,
    showThinking: (thinking.includeThoughts ?? thinking.include_thoughts) === true,
    choices: 1,
    inputTokens: tokens.total,
    audioInputTokens: tokens.audio,
  };
}

function checkConfig(config: Json): void {
  const { maxOutputTokens, stopSequences, temperature, candidateCount } = config;
  if (maxOutputTokens !== undefined && !(Number.isInteger(maxOutputTokens) && Number(maxOutputTokens) > 0))
    throw refuse(
      'Unable to submit request because it has a maxOutputTokens value that is not a positive integer.',
    );
  if (stopSequences !== undefined && !(Array.isArray(stopSequences) && stopSequences.length <= 5))
    throw refuse('Invalid value at generation_config.stop_sequences: at most 5 are supported.');
  if (temperature !== undefined && !(typeof temperature === 'number' && temperature >= 0 && temperature <= 2))
    throw refuse('Invalid value at generation_config.temperature: supported is [0.0, 2.0].');
  if (candidateCount !== undefined && candidateCount !== 1)
    throw refuse('Multiple candidates is not enabled for this model');
}

function readSystem(value: unknown): string {
  const parts = isObject(value) && Array.isArray(value.parts) ? value.parts : [];
  if (parts.length === 0 || parts.some((part) => !isObject(part) || typeof part.text !== 'string'))
    throw refuse('system_instruction: expected parts with text.');
  return parts.map((part: Json) => part.text).join('');
}

function readTools(value: unknown): Tool[] {
  if (value === undefined) return [];
  const groups = Array.isArray(value) ? value : [value];
  const tools: Tool[] = [];
  groups.forEach((group: unknown, index) => {
    if (!isObject(group)) throw refuse(`Invalid value at 'tools[${index}]'`);
    const declarations = group.functionDeclarations ?? group.function_declarations ?? [];
    if (!Array.isArray(declarations))
      throw refuse(`Invalid value at 'tools[${index}].function_declarations'`);
    declarations.forEach((declaration: unknown, number) =>
      tools.push(readDeclaration(declaration, `tools[${index}].function_declarations[${number}]`)),
    );
  });
  return tools;
}

function readDeclaration(value: unknown, at: string): Tool {
  const { name, parameters, parametersJsonSchema } = readFields(value, functionFields, at);
  if (typeof name !== 'string' || !/^[a-zA-Z_][a-zA-Z0-9_.:-]{0,127}$/.test(name))
    throw refuse(
      `Invalid function name at '${at}': it must start with a letter or an underscore, at most 128 long.`,
    );
  if (parameters !== undefined && parametersJsonSchema !== undefined)
    throw refuse(`At '${at}' only one of parameters and parameters_json_schema may be set.`);
  if (parameters !== undefined) checkSchema(parameters, `${at}.parameters`);
  const schema = parametersJsonSchema ?? parameters ?? { type: 'object', properties: {} };
  // Arguments are an object: there is no other answer that could be given.
  if (isObject(schema) && schema.type !== undefined && asText(schema.type).toLowerCase() !== 'object')
    throw refuse(`${name}: functionDeclaration parameters schema should be of type OBJECT.`);
  return { name, schema };
}

function readToolChoice(value: unknown, tools: Tool[]): ToolChoice {
  const config = isObject(value) ? (value.functionCallingConfig ?? value.function_calling_config) : undefined;
  if (!isObject(config)) return { kind: 'auto' };
  const mode = asText(config.mode ?? 'AUTO').toUpperCase();
  if (!modes.includes(mode))
    throw refuse(`Invalid value at 'tool_config.function_calling_config.mode' (Mode), "${mode}"`);
  const names = config.allowedFunctionNames ?? config.allowed_function_names;
  const allowed = Array.isArray(names) ? names.map(asText) : [];
  const unknown = allowed.find((name) => !tools.some((tool) => tool.name === name));
  if (unknown !== undefined)
    throw refuse(`allowed_function_names names "${unknown}", which is not declared.`);
  if (mode === 'ANY' && tools.length === 0)
    throw refuse('Function calling config is set without function_declarations.');
  if (mode === 'NONE') return { kind: 'none' };
  if (mode !== 'ANY') return { kind: 'auto' };
  const [only] = allowed;
  return allowed.length === 1 && only !== undefined ? { kind: 'one', name: only } : { kind: 'required' };
}

function readOutput(config: Json): OutputForm {
  const json = config.responseMimeType === 'application/json';
  if (config.responseSchema !== undefined && config.responseJsonSchema !== undefined)
    throw refuse('Only one of response_schema and response_json_schema may be set.');
  const schema = config.responseSchema ?? config.responseJsonSchema;
  if (schema === undefined) return { kind: json ? 'json' : 'text' };
  if (!json) throw refuse('A response schema needs response_mime_type application/json.');
  if (config.responseSchema !== undefined) checkSchema(schema, 'generation_config.response_schema');
  return { kind: 'json-schema', schema };
}
