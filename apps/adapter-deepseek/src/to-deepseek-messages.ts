import { Fault } from '@tokenroute/faults';
import {
  type AssistantMessage,
  type ChatContent,
  type ChatMessage,
  echoedReasoning,
  withoutNulls,
} from '@tokenroute/openai-wire';
import { providerName, reasoningFormat } from './deepseek-wire.js';

export interface DeepSeekMessage {
  role: 'system' | 'user' | 'assistant' | 'tool';
  content: string;
  name?: string;
  /** Chat prefix completion. */
  prefix?: boolean;
  reasoning_content?: string;
  tool_calls?: { id: string; type: 'function'; function: { name: string; arguments: string } }[];
  tool_call_id?: string;
}

export interface MessageOptions {
  /** Thinking and tools meet: every assistant turn carries its thinking. */
  withReasoning: boolean;
  /** A system instruction of ours. */
  instruction: string | undefined;
}

/**
 * Messages as DeepSeek takes them: content as one text, neighbours of one role as one message.
 * @throws Fault invalid-request naming a part that is not text
 */
export function toDeepSeekMessages(
  messages: readonly ChatMessage[],
  { withReasoning, instruction }: MessageOptions,
): DeepSeekMessage[] {
  const written = messages.map((message, index) => toMessage(message, `messages[${index}]`, withReasoning));
  if (instruction !== undefined) {
    // Behind the caller's own leading instructions, where it does not change with every turn.
    const at = written.findIndex(({ role }) => role !== 'system');
    written.splice(at === -1 ? written.length : at, 0, { role: 'system', content: instruction });
  }
  return mergeNeighbours(written);
}

function toMessage(message: ChatMessage, path: string, withReasoning: boolean): DeepSeekMessage {
  const content = textOf(message.content, `${path}.content`);
  const name = typeof message['name'] === 'string' ? { name: message['name'] } : {};
  switch (message.role) {
    case 'system':
    case 'developer':
      return { role: 'system', content, ...name };
    case 'user':
      return { role: 'user', content, ...name };
    case 'tool':
      return { role: 'tool', content, tool_call_id: message.tool_call_id };
    case 'assistant':
      return { ...toAssistantMessage(message, content, withReasoning), ...name };
  }
}

function toAssistantMessage(
  message: AssistantMessage,
  content: string,
  withReasoning: boolean,
): DeepSeekMessage {
  return withoutNulls({
    role: 'assistant' as const,
    content: content || (message.refusal ?? ''),
    // It must be there, if only as an empty text, or DeepSeek refuses the request:
    // https://api-docs.deepseek.com/guides/thinking_mode#tool-calls
    reasoning_content: withReasoning ? (echoedReasoning(message, reasoningFormat) ?? '') : undefined,
    prefix: message['prefix'] === true ? true : undefined,
    tool_calls: message.tool_calls?.length
      ? message.tool_calls.map((call) => ({
          id: call.id,
          type: 'function' as const,
          function: { name: call.function.name, arguments: call.function.arguments || '{}' },
        }))
      : undefined,
  }) as DeepSeekMessage;
}

function textOf(content: ChatContent | null | undefined, path: string): string {
  if (content === null || content === undefined) return '';
  if (typeof content === 'string') return content;
  return content
    .map((part, index) => {
      if (part.type === 'text') return part.text;
      if (part.type === 'refusal') return part.refusal;
      const param = `${path}[${index}]`;
      throw new Fault('invalid-request', `${param}: ${providerName} takes text only, not ${part.type}.`, {
        param,
      });
    })
    .join('\n');
}

function mergeNeighbours(messages: readonly DeepSeekMessage[]): DeepSeekMessage[] {
  const merged: DeepSeekMessage[] = [];
  for (const message of messages) {
    const last = merged.at(-1);
    if (last && mayMerge(last, message)) merged[merged.length - 1] = merge(last, message);
    else merged.push(message);
  }
  return merged;
}

function mayMerge(last: DeepSeekMessage, next: DeepSeekMessage): boolean {
  return last.role === next.role && last.role !== 'tool' && !last.tool_calls && last.name === next.name;
}

function merge(last: DeepSeekMessage, next: DeepSeekMessage): DeepSeekMessage {
  const merged = { ...last, ...next, content: joined(last.content, next.content) };
  if (last.reasoning_content === undefined && next.reasoning_content === undefined) return merged;
  const reasoning = joined(last.reasoning_content ?? '', next.reasoning_content ?? '');
  return { ...merged, reasoning_content: reasoning };
}

function joined(first: string, second: string): string {
  return [first, second].filter((text) => text !== '').join('\n\n');
}
