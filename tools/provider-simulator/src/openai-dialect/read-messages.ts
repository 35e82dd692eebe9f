import { asText, isObject, type Json, type ToolResult } from '../ask.js';
import { PromptTokens, type Attachment } from '../count-tokens.js';
import { readContent, type Refuse } from './read-parts.js';

export interface MessageRules {
  roles: readonly string[];
  partTypes: readonly string[];
  refuse: Refuse;
  /** What a provider checks beyond the rest; throws. */
  checkMessage?: (message: Json, index: number) => void;
  /** Message for tool results that do not answer the calls just before. */
  unpaired: (index: number, ids: string[]) => Error;
}

export interface Conversation {
  prompt: string;
  attachments: Attachment[];
  toolResults: ToolResult[];
  tokens: PromptTokens;
  messages: Json[];
}

/** Walks the messages once: roles, parts, and that each tool call has its result straight after it. */
export function readMessages(value: unknown, rules: MessageRules): Conversation {
  const { refuse } = rules;
  if (value === undefined) throw refuse("Missing required parameter: 'messages'.", 'messages');
  if (!Array.isArray(value))
    throw refuse("Invalid type for 'messages': expected an array of objects.", 'messages', value);
  if (value.length === 0)
    throw refuse(
      "Invalid 'messages': empty array. Expected an array with minimum length 1.",
      'messages',
      value,
    );
  const conversation: Conversation = {
    prompt: '',
    attachments: [],
    toolResults: [],
    tokens: new PromptTokens(),
    messages: [],
  };
  const open = new Map<string, string>();
  value.forEach((message: unknown, index) => {
    if (!isObject(message))
      throw refuse(
        `Invalid type for 'messages[${index}]': expected an object.`,
        `messages[${index}]`,
        message,
      );
    readMessage(message, index, conversation, open, rules);
  });
  if (open.size > 0) throw rules.unpaired(value.length, [...open.keys()]);
  return conversation;
}

function readMessage(
  message: Json,
  index: number,
  conversation: Conversation,
  open: Map<string, string>,
  rules: MessageRules,
): void {
  const { refuse } = rules;
  const at = `messages[${index}]`;
  const role = asText(message.role);
  if (!rules.roles.includes(role))
    throw refuse(
      `Invalid value: '${role}'. Supported values are: ${rules.roles.map((one) => `'${one}'`).join(', ')}.`,
      `${at}.role`,
      message.role,
    );
  rules.checkMessage?.(message, index);
  const content = readContent(message.content, rules.partTypes, `${at}.content`, refuse);
  if (role === 'user' && content.text === '' && content.attachments.length === 0 && message.content == null)
    throw refuse(
      `Invalid value for 'content': expected a string, got null.`,
      `${at}.content`,
      message.content,
    );
  if (role !== 'tool' && open.size > 0) throw rules.unpaired(index, [...open.keys()]);
  if (role !== 'tool') conversation.toolResults = [];
  if (role === 'user') conversation.prompt = content.text;
  if (role === 'tool') closeCall(message, index, content.text, conversation, open, rules);
  conversation.messages.push(message);
  conversation.attachments.push(...content.attachments);
  content.attachments.forEach((attachment) => conversation.tokens.attachment(attachment));
  conversation.tokens.message(
    content.text + (role === 'assistant' ? openCalls(message, at, open, refuse) : ''),
  );
}

function closeCall(
  message: Json,
  index: number,
  text: string,
  conversation: Conversation,
  open: Map<string, string>,
  rules: MessageRules,
): void {
  const id = message.tool_call_id;
  if (typeof id !== 'string')
    throw rules.refuse(
      `Missing required parameter: 'messages[${index}].tool_call_id'.`,
      `messages[${index}].tool_call_id`,
    );
  const name = open.get(id);
  if (name === undefined) throw rules.unpaired(index, [id]);
  open.delete(id);
  conversation.toolResults.push({ name, text });
}

/** The text of the calls, for counting. */
function openCalls(message: Json, at: string, open: Map<string, string>, refuse: Refuse): string {
  const calls = message.tool_calls;
  if (calls === undefined || calls === null) {
    if (
      message.content == null &&
      message.refusal == null &&
      message.function_call == null &&
      message.reasoning_content == null
    )
      throw refuse(
        `Invalid value for 'content': expected a string, got null.`,
        `${at}.content`,
        message.content,
      );
    return '';
  }
  if (!Array.isArray(calls))
    throw refuse(`Invalid type for '${at}.tool_calls': expected an array.`, `${at}.tool_calls`, calls);
  let text = '';
  calls.forEach((call: unknown, index) => {
    const where = `${at}.tool_calls[${index}]`;
    const called = isObject(call) && isObject(call.function) ? call.function : undefined;
    if (!isObject(call) || typeof call.id !== 'string' || typeof called?.name !== 'string')
      throw refuse(`Missing required parameter: '${where}'.`, where, call);
    open.set(call.id, called.name);
    text +=
      called.name +
      (typeof called.arguments === 'string' ? called.arguments : JSON.stringify(called.arguments));
  });
  return text;
}
