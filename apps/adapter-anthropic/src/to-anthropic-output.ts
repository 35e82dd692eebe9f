import type { ChatResponseFormat, ChatToolChoice } from '@tokenroute/openai-wire';
import type { AnthropicModel } from './anthropic-models.js';
import type { AnthropicTool, TextBlock } from './anthropic-wire.js';
import { fitsAnthropicGrammar, toAnthropicSchema } from './to-anthropic-schema.js';

/** How the form of the answer is asked for. */
export type AnthropicOutput =
  | { kind: 'text' }
  | { kind: 'instruction'; instruction: TextBlock }
  | { kind: 'format'; schema: Record<string, unknown> }
  /** A tool the model must call; its input is the answer. */
  | { kind: 'answer-tool'; tool: AnthropicTool };

/** The members of a request that decide about the form of its answer. */
export interface OutputDemand {
  response_format?: ChatResponseFormat | null;
  tools?: readonly { function: { name: string } }[] | null;
  tool_choice?: ChatToolChoice | null;
}

const jsonInstruction: TextBlock = {
  type: 'text',
  text: 'Answer with one valid JSON object and nothing else: no words around it, no code fence.',
};

/**
 * A schema goes to the model's structured output where it has one that takes the schema, else it becomes a tool.
 * https://platform.claude.com/docs/en/build-with-claude/structured-outputs
 */
export function toAnthropicOutput(demand: OutputDemand, model: AnthropicModel): AnthropicOutput {
  const format = demand.response_format;
  if (format?.type === 'json_object') return { kind: 'instruction', instruction: jsonInstruction };
  if (format?.type !== 'json_schema') return { kind: 'text' };
  const { name, description, schema } = format.json_schema;
  if (!schema) return { kind: 'instruction', instruction: jsonInstruction };
  if (model.structuredOutput && fitsAnthropicGrammar(schema)) {
    return { kind: 'format', schema: toAnthropicSchema(schema) };
  }
  // A call that the client demands is all there will be of this answer.
  const isCallDemanded =
    demand.tool_choice != null && !['auto', 'none'].includes(demand.tool_choice as string);
  if (isCallDemanded) return { kind: 'text' };
  return {
    kind: 'answer-tool',
    tool: {
      name: freeName(name, demand.tools ?? []),
      description: `Call this tool to give your answer. ${description ?? ''}`.trim(),
      input_schema: { ...schema, type: 'object' },
    },
  };
}

/** A name none of the client's tools has. */
function freeName(wished: string, tools: readonly { function: { name: string } }[]): string {
  let name = /^[a-zA-Z0-9_-]{1,100}$/.test(wished) ? wished : 'answer';
  while (tools.some((tool) => tool.function.name === name)) name += '_answer';
  return name;
}
