import { asText, isObject, Refusal, type Json, type ToolResult } from '../ask.js';
import type { Attachment, PromptTokens } from '../count-tokens.js';
import { base64Bytes } from '../openai-dialect/read-parts.js';
import { isSignatureOf } from '../signature.js';

export interface AnthropicConversation {
  prompt: string;
  attachments: Attachment[];
  toolResults: ToolResult[];
}

interface Walk extends AnthropicConversation {
  tokens: PromptTokens;
  /** Calls of the message before, id -> name. */
  open: Map<string, string>;
  seen: Set<string>;
}

const refuse = (message: string): Refusal => new Refusal(400, message);
const imageTypes = ['image/jpeg', 'image/png', 'image/gif', 'image/webp'];

/** Roles, blocks, that every tool_use is answered in the next message, and that thinking comes back as it was. */
export function readAnthropicMessages(
  value: unknown,
  thinking: boolean,
  tokens: PromptTokens,
): AnthropicConversation {
  if (value === undefined) throw refuse('messages: Field required');
  if (!Array.isArray(value)) throw refuse('messages: Input should be a valid list');
  if (value.length === 0) throw refuse('messages: at least one message is required');
  const walk: Walk = {
    prompt: '',
    attachments: [],
    toolResults: [],
    tokens,
    open: new Map(),
    seen: new Set(),
  };
  value.forEach((message: unknown, index) => readMessage(message, index, walk, index === value.length - 1));
  const left = [...walk.open.keys()];
  if (left.length > 0) throw unanswered(value.length - 1, left);
  if (thinking) checkThinkingOfLastTurn(value as Json[]);
  return { prompt: walk.prompt, attachments: walk.attachments, toolResults: walk.toolResults };
}

const unanswered = (index: number, ids: string[]): Refusal =>
  refuse(
    `messages.${index}: \`tool_use\` ids were found without \`tool_result\` blocks immediately after: ${ids.join(', ')}. Each \`tool_use\` block must have a corresponding \`tool_result\` block in the next message.`,
  );

function readMessage(message: unknown, index: number, walk: Walk, last: boolean): void {
  const at = `messages.${index}`;
  if (!isObject(message)) throw refuse(`${at}: Input should be a valid dictionary`);
  const role = asText(message.role);
  if (role === 'system')
    throw refuse(
      'messages: Unexpected role "system". The Messages API accepts a top-level `system` parameter, not "system" as an input message role.',
    );
  if (role !== 'user' && role !== 'assistant')
    throw refuse(`${at}.role: Input should be 'user' or 'assistant'`);
  if (index === 0 && role !== 'user') throw refuse('messages: first message must use the "user" role');
  const blocks: unknown =
    typeof message.content === 'string' ? [{ type: 'text', text: message.content }] : message.content;
  if (!Array.isArray(blocks)) throw refuse(`${at}.content: Field required`);
  if (blocks.length === 0 && !(last && role === 'assistant'))
    throw refuse(
      `${at}: all messages must have non-empty content except for the optional final assistant message`,
    );
  const open = walk.open;
  walk.open = new Map();
  walk.toolResults = [];
  if (role === 'user') walk.prompt = '';
  let text = '';
  blocks.forEach((block: unknown, number) => {
    if (!isObject(block)) throw refuse(`${at}.content.${number}: Input should be a valid dictionary`);
    text += readBlock(block, `${at}.content.${number}`, role, walk, open);
  });
  if (open.size > 0) throw unanswered(index - 1, [...open.keys()]);
  if (last && role === 'assistant' && /\s$/.test(text))
    throw refuse('messages: final assistant content cannot end with trailing whitespace');
  walk.tokens.message(text);
}

/** The block's text, for counting. */
function readBlock(block: Json, at: string, role: string, walk: Walk, open: Map<string, string>): string {
  const only = (wanted: string): void => {
    if (role !== wanted)
      throw refuse(`${at}: \`${asText(block.type)}\` blocks can only be in \`${wanted}\` messages`);
  };
  switch (block.type) {
    case 'text':
      return readText(block, at, role, walk, open);
    case 'image':
    case 'document':
      only('user');
      addAttachment(readSource(block, at), walk);
      return '';
    case 'tool_use':
      only('assistant');
      return readToolUse(block, at, walk);
    case 'tool_result':
      only('user');
      return readToolResult(block, at, walk, open);
    case 'thinking':
      only('assistant');
      if (typeof block.thinking !== 'string') throw refuse(`${at}.thinking.thinking: Field required`);
      if (typeof block.signature !== 'string') throw refuse(`${at}.thinking.signature: Field required`);
      if (!isSignatureOf(block.signature, block.thinking))
        throw refuse(`${at}: Invalid \`signature\` in \`thinking\` block`);
      return block.thinking;
    case 'redacted_thinking':
      only('assistant');
      return '';
    default:
      throw refuse(
        `${at}: Input tag '${asText(block.type)}' found using 'type' does not match any of the expected tags`,
      );
  }
}

function readText(block: Json, at: string, role: string, walk: Walk, open: Map<string, string>): string {
  if (typeof block.text !== 'string') throw refuse(`${at}.text.text: Field required`);
  if (block.text === '') throw refuse(`messages: text content blocks must be non-empty`);
  if (block.text.trim() === '')
    throw refuse('messages: text content blocks must contain non-whitespace text');
  if (role === 'user') {
    walk.prompt += block.text;
    // Text before the results leaves the calls unanswered for the API.
    if (open.size > 0) throw unanswered(Number(at.split('.')[1]) - 1, [...open.keys()]);
  }
  return block.text;
}

function readToolUse(block: Json, at: string, walk: Walk): string {
  const { id, name, input } = block;
  if (typeof id !== 'string' || !/^[a-zA-Z0-9_-]+$/.test(id))
    throw refuse(`${at}.tool_use.id: String should match pattern '^[a-zA-Z0-9_-]+$'`);
  if (walk.seen.has(id)) throw refuse('messages: `tool_use` ids must be unique');
  if (typeof name !== 'string' || name === '') throw refuse(`${at}.tool_use.name: Field required`);
  if (!isObject(input)) throw refuse(`${at}.tool_use.input: Input should be a valid dictionary`);
  walk.seen.add(id);
  walk.open.set(id, name);
  return name + JSON.stringify(input);
}

function readToolResult(block: Json, at: string, walk: Walk, open: Map<string, string>): string {
  const id = asText(block.tool_use_id);
  const name = open.get(id);
  if (name === undefined)
    throw refuse(
      `${at}: unexpected \`tool_use_id\` found in \`tool_result\` blocks: ${id}. Each \`tool_result\` block must have a corresponding \`tool_use\` block in the previous message.`,
    );
  open.delete(id);
  const text = resultText(block.content, at, walk);
  walk.toolResults.push({ name, text });
  return text;
}

function resultText(content: unknown, at: string, walk: Walk): string {
  if (content === undefined || typeof content === 'string') return content ?? '';
  if (!Array.isArray(content))
    throw refuse(`${at}.tool_result.content: Input should be a valid string or list`);
  return content
    .map((part: unknown) => {
      if (!isObject(part)) throw refuse(`${at}.tool_result.content: Input should be a valid dictionary`);
      if (part.type !== 'text') {
        addAttachment(readSource(part, at), walk);
        return '';
      }
      if (typeof part.text !== 'string' || part.text === '')
        throw refuse('messages: text content blocks must be non-empty');
      return part.text;
    })
    .join('');
}

function readSource(block: Json, at: string): Attachment {
  const kind = block.type === 'image' ? 'image' : 'document';
  const source = isObject(block.source) ? block.source : {};
  if (source.type === 'base64') {
    const type = asText(source.media_type);
    const allowed = kind === 'image' ? imageTypes : ['application/pdf'];
    if (!allowed.includes(type))
      throw refuse(`${at}.${kind}.source.base64.media_type: Input should be one of ${allowed.join(', ')}`);
    if (typeof source.data !== 'string' || source.data === '' || source.data.startsWith('data:'))
      throw refuse(`${at}.${kind}.source.base64.data: Input should be valid base64`);
    return { kind, mediaType: type, bytes: base64Bytes(source.data) };
  }
  if (source.type === 'url' && typeof source.url === 'string' && /^https?:/.test(source.url))
    return { kind, mediaType: source.url, bytes: undefined };
  if (source.type === 'text' && typeof source.data === 'string')
    return { kind, mediaType: 'text/plain', bytes: Buffer.byteLength(source.data) };
  if (source.type === 'file' && typeof source.file_id === 'string')
    return { kind, mediaType: source.file_id, bytes: undefined };
  throw refuse(`${at}.${kind}.source: Input tag does not match any of the expected tags`);
}

function addAttachment(attachment: Attachment, walk: Walk): void {
  walk.attachments.push(attachment);
  walk.tokens.attachment(attachment);
}

/** https://docs.claude.com/en/docs/build-with-claude/extended-thinking#extended-thinking-with-tool-use */
function checkThinkingOfLastTurn(messages: Json[]): void {
  const index = messages.findLastIndex((message) => message.role === 'assistant');
  const content = messages[index]?.content;
  if (index !== messages.length - 2 || !Array.isArray(content)) return;
  const blocks = content as Json[];
  const first = asText(blocks[0]?.type);
  if (blocks.some((block) => block.type === 'tool_use') && !['thinking', 'redacted_thinking'].includes(first))
    throw refuse(
      `messages.${index}.content.0.type: Expected \`thinking\` or \`redacted_thinking\`, but found \`${first}\`. When \`thinking\` is enabled, a final \`assistant\` message must start with a thinking block.`,
    );
}
