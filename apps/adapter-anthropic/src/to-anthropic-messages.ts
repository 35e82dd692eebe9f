import { Fault } from '@tokenroute/faults';
import type { AssistantMessage, ChatMessage, ChatToolCall, ToolMessage } from '@tokenroute/openai-wire';
import type {
  AnthropicMessage,
  AssistantBlock,
  TextBlock,
  ToolResultBlock,
  ToolUseBlock,
  UserBlock,
} from './anthropic-wire.js';
import { JsonText } from './json-text.js';
import { toAnthropicParts, toAnthropicTexts, toCacheControl } from './to-anthropic-parts.js';
import { toAnthropicThinkingBlocks } from './to-anthropic-thinking-blocks.js';
import { ToAnthropicToolId } from './to-anthropic-tool-id.js';

/** Stands where Anthropic wants a user's words and the client sent none. It may not be blank. */
const placeholder: TextBlock = { type: 'text', text: '.' };

export interface AnthropicConversation {
  system: TextBlock[];
  messages: AnthropicMessage[];
}

/**
 * The messages as alternating turns that begin with the user's; system and developer messages, wherever they stand, apart.
 * @throws Fault invalid-request naming a part Anthropic cannot take
 */
export function toAnthropicMessages(messages: readonly ChatMessage[]): AnthropicConversation {
  const system: TextBlock[] = [];
  const turns = new Turns();
  const toolIds = new ToAnthropicToolId();
  for (const [index, message] of messages.entries()) {
    const path = `messages[${index}]`;
    switch (message.role) {
      case 'system':
      case 'developer':
        system.push(...markLast(toAnthropicTexts(message.content, path), message));
        break;
      case 'user':
        turns.add('user', markLast(toAnthropicParts(message.content, path), message));
        break;
      case 'assistant':
        turns.add('assistant', markLast(toAssistantBlocks(message, path, toolIds), message));
        break;
      case 'tool':
        turns.add('user', markLast([toToolResult(message, path, toolIds)], message));
        break;
      default:
        message satisfies never;
    }
  }
  return { system, messages: turns.end() };
}

/** Gathers blocks into turns: neighbours of one role become one. */
class Turns {
  private readonly turns: { role: 'user' | 'assistant'; content: (UserBlock | AssistantBlock)[] }[] = [];

  add(role: 'user' | 'assistant', blocks: (UserBlock | AssistantBlock)[]): void {
    if (blocks.length === 0) return;
    const last = this.turns.at(-1);
    if (last?.role === role) last.content.push(...blocks);
    else this.turns.push({ role, content: blocks });
  }

  end(): AnthropicMessage[] {
    this.trimPrefill();
    if (this.turns[0]?.role !== 'user') this.turns.unshift({ role: 'user', content: [placeholder] });
    for (const turn of this.turns) turn.content = resultsFirst(turn.content);
    return this.turns as AnthropicMessage[];
  }

  /** An assistant's text at the very end is a beginning to go on from, and may not end in white space. */
  private trimPrefill(): void {
    const last = this.turns.at(-1);
    const block = last?.content.at(-1);
    if (last?.role === 'assistant' && block?.type === 'text') {
      last.content[last.content.length - 1] = { ...block, text: block.text.trimEnd() };
    }
  }
}

/** Results must come before anything else of the turn that answers a tool call. */
function resultsFirst<Block extends { type: string }>(blocks: Block[]): Block[] {
  const isResult = ({ type }: Block) => type === 'tool_result';
  return [...blocks.filter(isResult), ...blocks.filter((block) => !isResult(block))];
}

function toAssistantBlocks(
  message: AssistantMessage,
  path: string,
  toolIds: ToAnthropicToolId,
): AssistantBlock[] {
  const said: AssistantBlock[] = [
    ...toAnthropicTexts(message.content ?? '', path),
    ...toAnthropicTexts(message.refusal ?? '', path),
    ...(message.tool_calls ?? []).map((call, index) =>
      toToolUse(call, `${path}.tool_calls[${index}]`, toolIds),
    ),
  ];
  const thought = toAnthropicThinkingBlocks(message.reasoning_details ?? []);
  // Each goes back to where it stood: Anthropic refuses thinking that was moved.
  for (const { block, position } of thought) said.splice(position, 0, block);
  return said;
}

function toToolUse(call: ChatToolCall, path: string, toolIds: ToAnthropicToolId): ToolUseBlock {
  return {
    type: 'tool_use',
    id: toolIds.forCall(call.id),
    name: call.function.name,
    input: toInput(call.function.arguments, `${path}.function.arguments`),
    ...toCacheControl(call['cache_control']),
  };
}

/** The arguments as they were written: the order of their keys is part of the prompt cache's prefix. */
function toInput(text: string, path: string): JsonText {
  if (text.trim() === '') return new JsonText('{}');
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return new JsonText(text);
  } catch {
    // told below
  }
  throw new Fault('invalid-request', `${path}: must be the JSON text of an object.`, { param: path });
}

function toToolResult(message: ToolMessage, path: string, toolIds: ToAnthropicToolId): ToolResultBlock {
  const { content } = message;
  const blocks = toAnthropicParts(content, path);
  return {
    type: 'tool_result',
    tool_use_id: toolIds.forResult(message.tool_call_id),
    ...(blocks.length > 0 && { content: typeof content === 'string' ? content : blocks }),
  };
}

/** Some clients mark the end of a cached prompt on the message instead of on its last part. */
function markLast<Block extends object>(blocks: Block[], message: ChatMessage): Block[] {
  const mark = toCacheControl(message['cache_control']);
  const last = blocks.at(-1);
  return last && mark.cache_control ? [...blocks.slice(0, -1), { ...last, ...mark }] : blocks;
}
