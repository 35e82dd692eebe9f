import { Fault } from '@tokenroute/faults';
import {
  type AssistantMessage,
  type ChatContent,
  type ChatMessage,
  type ChatPart,
  echoedReasoning,
  type ToolMessage,
  withoutNulls,
} from '@tokenroute/openai-wire';
import { providerName, reasoningFormat } from './mistral-wire.js';
import { toMistralToolCallId } from './mistral-tool-call-id.js';

type MistralPart =
  | { type: 'text'; text: string }
  | { type: 'image_url'; image_url: { url: string; detail?: string } }
  | { type: 'thinking'; thinking: { type: 'text'; text: string }[] };

/** Every member that Mistral knows: it refuses others. */
export interface MistralMessage {
  role: 'system' | 'user' | 'assistant' | 'tool';
  content?: string | MistralPart[];
  tool_calls?: { id: string; type: 'function'; function: { name: string; arguments: string } }[];
  tool_call_id?: string;
  name?: string;
  prefix?: boolean;
}

/**
 * Messages in the order and form Mistral takes.
 * @throws Fault invalid-request naming a part it cannot take
 */
export function toMistralMessages(messages: readonly ChatMessage[]): MistralMessage[] {
  const names = toolNames(messages);
  const written = messages.flatMap((message, index) => toMessage(message, `messages[${index}]`, names));
  return withPrefixAtEnd(withAnswerToTools(withSystemFirst(written)));
}

function toMessage(message: ChatMessage, path: string, names: ReadonlyMap<string, string>): MistralMessage[] {
  const contentPath = `${path}.content`;
  switch (message.role) {
    case 'system':
    case 'developer':
      return [{ role: 'system', content: toContent(message.content, contentPath) }];
    case 'user':
      return [{ role: 'user', content: toContent(message.content, contentPath) }];
    case 'tool':
      return [toToolMessage(message, contentPath, names)];
    case 'assistant':
      return toAssistantMessage(message, contentPath);
  }
}

function toToolMessage(
  message: ToolMessage,
  contentPath: string,
  names: ReadonlyMap<string, string>,
): MistralMessage {
  return withoutNulls({
    role: 'tool' as const,
    name: typeof message['name'] === 'string' ? message['name'] : names.get(message.tool_call_id),
    content: toContent(message.content, contentPath),
    tool_call_id: toMistralToolCallId(message.tool_call_id),
  }) as MistralMessage;
}

/** A message that says nothing at all is left out: Mistral refuses it. */
function toAssistantMessage(message: AssistantMessage, contentPath: string): MistralMessage[] {
  const said = message.content?.length ? message.content : (message.refusal ?? '');
  const text = toContent(said, contentPath);
  const reasoning = echoedReasoning(message, reasoningFormat);
  const content = reasoning ? [toThinkingPart(reasoning), ...asParts(text)] : text;
  const calls = message.tool_calls ?? [];
  if (content.length === 0 && calls.length === 0) return [];
  return [
    withoutNulls({
      role: 'assistant' as const,
      content,
      tool_calls: calls.length
        ? calls.map((call) => ({
            id: toMistralToolCallId(call.id),
            type: 'function' as const,
            function: { name: call.function.name, arguments: call.function.arguments || '{}' },
          }))
        : undefined,
      prefix: message['prefix'] === true ? true : undefined,
    }) as MistralMessage,
  ];
}

function toThinkingPart(text: string): MistralPart {
  return { type: 'thinking', thinking: [{ type: 'text', text }] };
}

function asParts(content: string | MistralPart[]): MistralPart[] {
  if (typeof content !== 'string') return content;
  return content === '' ? [] : [{ type: 'text', text: content }];
}

function toContent(content: ChatContent, path: string): string | MistralPart[] {
  if (typeof content === 'string') return content;
  return content.map((part, index) => toPart(part, `${path}[${index}]`));
}

function toPart(part: ChatPart, path: string): MistralPart {
  switch (part.type) {
    case 'text':
      return { type: 'text', text: part.text };
    case 'refusal':
      return { type: 'text', text: part.refusal };
    case 'image_url': {
      const { url, detail } = part.image_url;
      return { type: 'image_url', image_url: detail ? { url, detail } : { url } };
    }
    default:
      throw new Fault(
        'invalid-request',
        `${path}: ${providerName} takes text and images, not ${part.type}.`,
        {
          param: path,
        },
      );
  }
}

/** Which function each call is of: a tool's result says it by name too. */
function toolNames(messages: readonly ChatMessage[]): ReadonlyMap<string, string> {
  const calls = messages.flatMap((message) =>
    message.role === 'assistant' ? (message.tool_calls ?? []) : [],
  );
  return new Map(calls.map((call) => [call.id, call.function.name]));
}

/** Mistral takes system messages before the conversation, not in the middle nor as its last word. */
function withSystemFirst(messages: MistralMessage[]): MistralMessage[] {
  const isSystem = ({ role }: MistralMessage) => role === 'system';
  return [...messages.filter(isSystem), ...messages.filter((message) => !isSystem(message))];
}

/** "Unexpected role 'user' after role 'tool'": a turn of the assistant has to lie between (not on the newest models). */
function withAnswerToTools(messages: MistralMessage[]): MistralMessage[] {
  return messages.flatMap((message, index) => {
    const afterTool = message.role === 'user' && messages[index - 1]?.role === 'tool';
    return afterTool ? [{ role: 'assistant' as const, content: 'OK.' }, message] : [message];
  });
}

/** A conversation that ends with the assistant's words is one it shall go on writing; Mistral wants that said. */
function withPrefixAtEnd(messages: MistralMessage[]): MistralMessage[] {
  const last = messages.at(-1);
  if (last?.role !== 'assistant' || last.tool_calls) return messages;
  return [...messages.slice(0, -1), { ...last, prefix: true }];
}
