import { z } from 'zod';
import type { JsonText } from './json-text.js';

/** Anthropic's Messages API: what we write, strictly, and what we read, tolerantly. https://platform.claude.com/docs/en/api/messages */

export interface CacheControl {
  type: string;
  ttl?: string;
}

interface Cached {
  cache_control?: CacheControl;
}

export interface TextBlock extends Cached {
  type: 'text';
  text: string;
}

export interface ImageBlock extends Cached {
  type: 'image';
  source: { type: 'base64'; media_type: string; data: string } | { type: 'url'; url: string };
}

export interface DocumentBlock extends Cached {
  type: 'document';
  source:
    | { type: 'base64'; media_type: 'application/pdf'; data: string }
    | { type: 'text'; media_type: 'text/plain'; data: string }
    | { type: 'url'; url: string };
  title?: string;
}

export interface ToolUseBlock extends Cached {
  type: 'tool_use';
  id: string;
  name: string;
  input: JsonText;
}

export interface ToolResultBlock extends Cached {
  type: 'tool_result';
  tool_use_id: string;
  content?: string | MediaBlock[];
}

export type ThinkingBlock =
  { type: 'thinking'; thinking: string; signature: string } | { type: 'redacted_thinking'; data: string };

export type MediaBlock = TextBlock | ImageBlock | DocumentBlock;
export type UserBlock = MediaBlock | ToolResultBlock;
export type AssistantBlock = TextBlock | ToolUseBlock | ThinkingBlock;

export type AnthropicMessage =
  { role: 'user'; content: UserBlock[] } | { role: 'assistant'; content: AssistantBlock[] };

export interface AnthropicTool extends Cached {
  name: string;
  description?: string;
  input_schema: Record<string, unknown>;
}

export type AnthropicToolChoice =
  | { type: 'auto' | 'any'; disable_parallel_tool_use?: true }
  | { type: 'tool'; name: string; disable_parallel_tool_use?: true }
  | { type: 'none' };

export type AnthropicThinking =
  { type: 'enabled'; budget_tokens: number } | { type: 'adaptive'; display?: 'summarized' };

export interface AnthropicRequest {
  model: string;
  max_tokens: number;
  system?: TextBlock[];
  messages: AnthropicMessage[];
  tools?: AnthropicTool[];
  tool_choice?: AnthropicToolChoice;
  thinking?: AnthropicThinking;
  output_config?: { effort?: string; format?: { type: 'json_schema'; schema: Record<string, unknown> } };
  temperature?: number;
  top_p?: number;
  top_k?: number;
  stop_sequences?: string[];
  metadata?: { user_id: string };
  stream?: true;
}

const count = z.number().int().min(0);

export const usageSchema = z.looseObject({
  input_tokens: count.nullish(),
  cache_read_input_tokens: count.nullish(),
  cache_creation_input_tokens: count.nullish(),
  cache_creation: z
    .looseObject({
      ephemeral_5m_input_tokens: count.nullish(),
      ephemeral_1h_input_tokens: count.nullish(),
    })
    .nullish(),
  output_tokens: count.nullish(),
  output_tokens_details: z.looseObject({ thinking_tokens: count.nullish() }).nullish(),
});

const stopDetails = z.looseObject({ explanation: z.string().nullish() }).nullish();

/** A piece of an answer. Which members it has depends on its type; types nobody knows yet have none we read. */
const block = z.looseObject({
  type: z.string(),
  text: z.string().nullish(),
  thinking: z.string().nullish(),
  signature: z.string().nullish(),
  data: z.string().nullish(),
  id: z.string().nullish(),
  name: z.string().nullish(),
  input: z.unknown().optional(),
});

export type AnthropicBlock = z.infer<typeof block>;

export const responseSchema = z.looseObject({
  content: z.array(block),
  stop_reason: z.string().nullish(),
  stop_details: stopDetails,
  usage: z.unknown().optional(),
});

export type AnthropicResponse = z.infer<typeof responseSchema>;

export const streamEventSchema = z.looseObject({
  type: z.string().nullish(),
  index: z.number().nullish(),
  message: z.looseObject({ usage: z.unknown().optional() }).nullish(),
  content_block: block.nullish(),
  delta: z
    .looseObject({
      type: z.string().nullish(),
      text: z.string().nullish(),
      thinking: z.string().nullish(),
      signature: z.string().nullish(),
      partial_json: z.string().nullish(),
      stop_reason: z.string().nullish(),
      stop_details: stopDetails,
    })
    .nullish(),
  usage: z.unknown().optional(),
});

export type AnthropicStreamEvent = z.infer<typeof streamEventSchema>;

export const errorSchema = z.looseObject({
  error: z.looseObject({ type: z.string().nullish(), message: z.string().nullish() }),
});
