import { Fault } from '@tokenroute/faults';
import type { ChatConversation, ChatTool } from '@tokenroute/openai-wire';
import type { AnthropicMessage, AnthropicTool, AnthropicToolChoice } from './anthropic-wire.js';
import type { AnthropicOutput } from './to-anthropic-output.js';
import { toCacheControl } from './to-anthropic-parts.js';

export interface AnthropicToolUse {
  tools?: AnthropicTool[];
  tool_choice?: AnthropicToolChoice;
}

type ToolDemand = Pick<ChatConversation, 'tools' | 'tool_choice' | 'parallel_tool_calls'>;

/**
 * The tools and which of them is to be called.
 * @param messages as Anthropic gets them: a history with tool calls needs its tools declared
 * @throws Fault invalid-request for a demanded call without tools
 */
export function toAnthropicTools(
  demand: ToolDemand,
  output: AnthropicOutput,
  messages: readonly AnthropicMessage[],
): AnthropicToolUse {
  const offered = (demand.tools ?? []).map(toTool);
  if (output.kind === 'answer-tool') return withAnswerTool(demand, offered, messages, output.tool);
  if (offered.length > 0) {
    return { tools: offered, ...orNone(toToolChoice(demand.tool_choice, demand.parallel_tool_calls)) };
  }
  if (demand.tool_choice != null && demand.tool_choice !== 'none' && demand.tool_choice !== 'auto') {
    throw new Fault('invalid-request', 'tool_choice: demands a call, but there are no tools.', {
      param: 'tool_choice',
    });
  }
  const seen = toolsOfHistory(messages);
  return seen.length > 0 ? { tools: seen, tool_choice: { type: 'none' } } : {};
}

function toTool(tool: ChatTool): AnthropicTool {
  const { name, description, parameters } = tool.function;
  return {
    name,
    ...(description && { description }),
    input_schema: toInputSchema(parameters ?? {}),
    ...toCacheControl(tool.cache_control),
  };
}

/** https://platform.claude.com/docs/en/agents-and-tools/tool-use/implement-tool-use#specifying-client-tools */
function toInputSchema(parameters: Record<string, unknown>): Record<string, unknown> {
  const schema = { ...parameters, type: 'object' };
  return Object.keys(parameters).some((key) => key !== 'type') ? schema : { ...schema, properties: {} };
}

function toToolChoice(
  choice: ChatConversation['tool_choice'],
  parallel: boolean | null | undefined,
): AnthropicToolChoice | undefined {
  const single = parallel === false ? ({ disable_parallel_tool_use: true } as const) : {};
  if (typeof choice === 'object' && choice !== null) {
    return { type: 'tool', name: choice.function.name, ...single };
  }
  switch (choice) {
    case 'none':
      return { type: 'none' };
    case 'required':
      return { type: 'any', ...single };
    case 'auto':
      return { type: 'auto', ...single };
    default:
      // The switch for parallel calls lives inside a choice.
      return parallel === false ? { type: 'auto', ...single } : undefined;
  }
}

/** The model answers through a tool, or calls one of the client's where it may. */
function withAnswerTool(
  demand: ToolDemand,
  offered: AnthropicTool[],
  messages: readonly AnthropicMessage[],
  answer: AnthropicTool,
): AnthropicToolUse {
  if (offered.length > 0 && demand.tool_choice !== 'none') {
    return { tools: [...offered, answer], ...orNone(toToolChoice('required', demand.parallel_tool_calls)) };
  }
  const others = offered.length > 0 ? offered : toolsOfHistory(messages);
  return {
    tools: [...others.filter(({ name }) => name !== answer.name), answer],
    tool_choice: { type: 'tool', name: answer.name, disable_parallel_tool_use: true },
  };
}

/** Tools known only by the calls in the history; what they took is not known. */
function toolsOfHistory(messages: readonly AnthropicMessage[]): AnthropicTool[] {
  const names = new Set<string>();
  for (const { content } of messages) {
    for (const block of content) if (block.type === 'tool_use') names.add(block.name);
  }
  return [...names].map((name) => ({ name, input_schema: { type: 'object', properties: {} } }));
}

function orNone(choice: AnthropicToolChoice | undefined): AnthropicToolUse {
  return choice ? { tool_choice: choice } : {};
}
