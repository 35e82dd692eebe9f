import type { Attachment } from './count-tokens.js';

/** A JSON object whose shape is not known yet. */
export type Json = Record<string, unknown>;

/** What JSON says, as text: an object may have a `toString` of its own, which `String` would call. */
export function asText(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export interface Tool {
  name: string;
  /** JSON Schema of the arguments. */
  schema: unknown;
}

export type ToolChoice =
  { kind: 'auto' } | { kind: 'none' } | { kind: 'required' } | { kind: 'one'; name: string };

export interface ToolResult {
  name: string;
  text: string;
}

export type OutputForm = { kind: 'text' } | { kind: 'json' } | { kind: 'json-schema'; schema: unknown };

/** A valid request, reduced to what decides the answer. */
export interface Ask {
  model: string;
  /** The id the answer carries: a provider resolves aliases. */
  answeringModel: string;
  stream: boolean;
  /** OpenAI `stream_options.include_usage`; the others report usage anyway. */
  streamUsage: boolean;
  /** Text of the last user message. */
  prompt: string;
  attachments: Attachment[];
  tools: Tool[];
  toolChoice: ToolChoice;
  parallelToolCalls: boolean;
  /** Results that end the conversation; empty when it ends otherwise. */
  toolResults: ToolResult[];
  output: OutputForm;
  maxOutputTokens: number | undefined;
  stop: string[];
  /** The model thinks before it answers (and is paid for it). */
  thinking: boolean;
  /** The thinking comes back as text. */
  showThinking: boolean;
  choices: number;
  inputTokens: number;
  audioInputTokens: number;
}

/** A request the provider would turn down; each provider writes it in its own form. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly detail: {
      type?: string;
      param?: string;
      code?: string;
      fields?: Json[];
      retryAfterSeconds?: number;
    } = {},
  ) {
    super(message);
  }
}
