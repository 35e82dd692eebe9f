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
import { anthropicModels } from './anthropic-models.js';
import { readAnthropicMessages } from './read-anthropic-messages.js';
import { PromptTokens } from '../count-tokens.js';

/** https://docs.claude.com/en/api/messages */
const fields = new Set(
  (
    'model messages max_tokens system stream temperature top_p top_k stop_sequences tools tool_choice thinking ' +
    'metadata service_tier output_config output_format cache_control context_management container mcp_servers ' +
    'inference_geo speed'
  ).split(' '),
);
const LEAST_THINKING_BUDGET = 1024;

export const refuse = (message: string): Refusal => new Refusal(400, message);

export function readAnthropicRequest(body: unknown): Ask {
  if (!isObject(body)) throw refuse('Input should be a valid dictionary');
  const extra = Object.keys(body).find((name) => !fields.has(name));
  if (extra !== undefined) throw refuse(`${extra}: Extra inputs are not permitted`);
  const { model } = body;
  if (typeof model !== 'string') throw refuse('model: Field required');
  const maxOutputTokens = readMaxTokens(body.max_tokens);
  const answeringModel = anthropicModels.resolve(model);
  if (answeringModel === undefined) throw new Refusal(404, `model: ${model}`);
  const tools = readTools(body.tools);
  const toolChoice = readToolChoice(body.tool_choice, tools);
  const thinking = readThinking(body, maxOutputTokens, toolChoice);
  checkSampling(body, thinking);
  const tokens = new PromptTokens();
  if (body.system !== undefined) tokens.message(readSystem(body.system));
  const conversation = readAnthropicMessages(body.messages, thinking, tokens);
  const output = readOutput(body);
  tools.forEach((tool) => tokens.json(tool));
  if (output.kind === 'json-schema') tokens.json(output.schema);
  const choice = isObject(body.tool_choice) ? body.tool_choice : {};
  return {
    model,
    answeringModel,
    stream: body.stream === true,
    streamUsage: true,
    ...conversation,
    tools,
    toolChoice,
    parallelToolCalls: choice.disable_parallel_tool_use !== true,
    output,
    maxOutputTokens,
    stop: Array.isArray(body.stop_sequences) ? body.stop_sequences.map(asText) : [],
    thinking,
    showThinking: true,
    choices: 1,
    inputTokens: tokens.total,
    audioInputTokens: 0,
  };
}

function readMaxTokens(value: unknown): number {
  if (value === undefined || value === null) throw refuse('max_tokens: Field required');
  if (!Number.isInteger(value)) throw refuse('max_tokens: Input should be a valid integer');
  if (Number(value) < 1) throw refuse('max_tokens: Input should be greater than or equal to 1');
  return Number(value);
}

function readSystem(value: unknown): string {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value)) throw refuse('system: Input should be a valid string or list');
  return value
    .map((block: unknown, index) => {
      if (!isObject(block) || block.type !== 'text' || typeof block.text !== 'string')
        throw refuse(`system.${index}: Input should be a text block`);
      if (block.text === '') throw refuse('system: text content blocks must be non-empty');
      return block.text;
    })
    .join('');
}

function readTools(value: unknown): Tool[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw refuse('tools: Input should be a valid list');
  return value
    .filter((tool: unknown) => !isObject(tool) || tool.type === undefined || tool.type === 'custom')
    .map((tool: unknown, index) => {
      if (!isObject(tool) || typeof tool.name !== 'string')
        throw refuse(`tools.${index}.custom.name: Field required`);
      if (!/^[a-zA-Z0-9_-]{1,128}$/.test(tool.name))
        throw refuse(`tools.${index}.custom.name: String should match pattern '^[a-zA-Z0-9_-]{1,128}$'`);
      if (!isObject(tool.input_schema)) throw refuse(`tools.${index}.custom.input_schema: Field required`);
      if (tool.input_schema.type !== 'object')
        throw refuse(`tools.${index}.custom.input_schema.type: Input should be 'object'`);
      const extra = ['parameters', 'function', 'strict_schema'].find((name) => name in tool);
      if (extra !== undefined) throw refuse(`tools.${index}.custom.${extra}: Extra inputs are not permitted`);
      return { name: tool.name, schema: tool.input_schema };
    });
}

function readToolChoice(value: unknown, tools: Tool[]): ToolChoice {
  if (value === undefined || value === null) return { kind: 'auto' };
  if (!isObject(value) || !['auto', 'any', 'tool', 'none'].includes(asText(value.type)))
    throw refuse("tool_choice: Input tag has to be one of 'auto', 'any', 'none', 'tool'");
  if (tools.length === 0) throw refuse('tool_choice may only be specified while providing tools');
  if (value.type === 'any') return { kind: 'required' };
  if (value.type !== 'tool') return { kind: value.type === 'none' ? 'none' : 'auto' };
  if (typeof value.name !== 'string' || !tools.some((tool) => tool.name === value.name))
    throw refuse(`Tool '${asText(value.name)}' not found in provided tools`);
  return { kind: 'one', name: value.name };
}

function readThinking(body: Json, maxTokens: number, choice: ToolChoice): boolean {
  const { thinking } = body;
  if (thinking === undefined || thinking === null) return false;
  if (!isObject(thinking) || !['enabled', 'disabled', 'adaptive'].includes(asText(thinking.type)))
    throw refuse("thinking: Input tag has to be one of 'enabled', 'disabled', 'adaptive'");
  if (thinking.type === 'disabled') return false;
  if (choice.kind === 'required' || choice.kind === 'one')
    throw refuse('Thinking may not be enabled when tool_choice forces tool use.');
  if (thinking.type === 'adaptive') return true;
  const budget = Number(thinking.budget_tokens);
  if (!(budget >= LEAST_THINKING_BUDGET))
    throw refuse(
      `thinking.enabled.budget_tokens: Input should be greater than or equal to ${LEAST_THINKING_BUDGET}`,
    );
  if (budget >= maxTokens) throw refuse('`max_tokens` must be greater than `thinking.budget_tokens`.');
  return true;
}

function checkSampling(body: Json, thinking: boolean): void {
  const { temperature } = body;
  if (temperature !== undefined && (typeof temperature !== 'number' || temperature < 0 || temperature > 1))
    throw refuse('temperature: range: 0..1');
  if (thinking && temperature !== undefined && temperature !== 1)
    throw refuse('`temperature` may only be set to 1 when thinking is enabled.');
  const stops = body.stop_sequences;
  if (stops !== undefined && (!Array.isArray(stops) || stops.some((stop) => !asText(stop).trim())))
    throw refuse('stop_sequences: each stop sequence must contain non-whitespace');
}

/** Structured output: `output_config.format`, or `output_format` as the beta called it. */
function readOutput(body: Json): OutputForm {
  const format = isObject(body.output_config) ? body.output_config.format : body.output_format;
  if (!isObject(format)) return { kind: 'text' };
  if (format.type !== 'json_schema' || !isObject(format.schema))
    throw refuse("output_config.format: expected type 'json_schema' and a schema");
  return { kind: 'json-schema', schema: format.schema };
}
