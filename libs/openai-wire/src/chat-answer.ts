import { sseEvent } from './sse.js';

/** Token counts as the contracts have them: `inputTokens` is everything read, `outputTokens` everything written. */
export interface TokenCounts {
  inputTokens: number;
  cachedInputTokens: number;
  cacheWrite5mTokens: number;
  cacheWrite1hTokens: number;
  audioInputTokens: number;
  outputTokens: number;
  reasoningTokens: number;
}

export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter';

export interface AnswerIdentity {
  /** The same in every chunk. */
  id: string;
  /** Unix seconds. */
  created: number;
  /** The id the client asked for. */
  model: string;
}

export interface AnswerToolCall {
  id: string;
  name: string;
  /** JSON text; `{}` for a tool without arguments. */
  arguments: string;
  /** Members beside `function`, e.g. what the provider needs back. */
  extra?: Record<string, unknown>;
}

export interface AnswerChoice {
  content: string | null;
  finishReason: FinishReason;
  refusal?: string | null;
  toolCalls?: AnswerToolCall[];
  reasoningContent?: string;
  /** See `ReasoningDetail`. */
  reasoningDetails?: unknown[];
}

/** The `usage` member of an answer. */
export function toUsageMember(counts: TokenCounts): Record<string, unknown> {
  return {
    prompt_tokens: counts.inputTokens,
    completion_tokens: counts.outputTokens,
    total_tokens: counts.inputTokens + counts.outputTokens,
    prompt_tokens_details: {
      cached_tokens: counts.cachedInputTokens,
      audio_tokens: counts.audioInputTokens,
      cache_write_tokens: counts.cacheWrite5mTokens + counts.cacheWrite1hTokens,
    },
    completion_tokens_details: { reasoning_tokens: counts.reasoningTokens },
  };
}

/** JSON of a plain answer. */
export function toChatCompletion(
  identity: AnswerIdentity,
  choices: AnswerChoice[],
  usage: TokenCounts,
): string {
  return JSON.stringify({
    id: identity.id,
    object: 'chat.completion',
    created: identity.created,
    model: identity.model,
    choices: choices.map((choice, index) => ({
      index,
      message: toMessage(choice),
      logprobs: null,
      finish_reason: choice.finishReason,
    })),
    usage: toUsageMember(usage),
  });
}

function toMessage(choice: AnswerChoice): Record<string, unknown> {
  return {
    role: 'assistant',
    content: choice.content,
    refusal: choice.refusal ?? null,
    ...(choice.reasoningContent && { reasoning_content: choice.reasoningContent }),
    ...(choice.reasoningDetails?.length && { reasoning_details: choice.reasoningDetails }),
    ...(choice.toolCalls?.length && {
      tool_calls: choice.toolCalls.map((call) => ({
        id: call.id,
        type: 'function',
        function: { name: call.name, arguments: call.arguments },
        ...call.extra,
      })),
    }),
  };
}

/** Writes the chunks of one streamed answer as SSE text; the first one carries the role. */
export class ChatChunkWriter {
  private readonly begun = new Set<number>();

  constructor(private readonly identity: AnswerIdentity) {}

  /** A delta of one choice, e.g. `{ content: 'Hi' }` or `{ reasoning_content: '…' }`. */
  delta(delta: Record<string, unknown>, choice = 0): string {
    return this.chunk(choice, delta, null);
  }

  /** A tool call begins: its id and name come once. */
  toolCall(index: number, call: AnswerToolCall, choice = 0): string {
    const { id, name, arguments: text, extra } = call;
    const toolCall = { index, id, type: 'function', function: { name, arguments: text }, ...extra };
    return this.chunk(choice, { tool_calls: [toolCall] }, null);
  }

  toolArguments(index: number, text: string, choice = 0): string {
    return this.chunk(choice, { tool_calls: [{ index, function: { arguments: text } }] }, null);
  }

  finish(reason: FinishReason, choice = 0): string {
    return this.chunk(choice, {}, reason);
  }

  /** JSON of the usage chunk (not yet an event): `choices` is empty. */
  usageChunk(usage: TokenCounts): string {
    return JSON.stringify({ ...this.head(), choices: [], usage: toUsageMember(usage) });
  }

  private chunk(index: number, delta: Record<string, unknown>, finishReason: FinishReason | null): string {
    const first = !this.begun.has(index);
    this.begun.add(index);
    const whole = first ? { role: 'assistant', content: '', ...delta } : delta;
    return sseEvent(
      JSON.stringify({
        ...this.head(),
        choices: [{ index, delta: whole, logprobs: null, finish_reason: finishReason }],
      }),
    );
  }

  private head(): Record<string, unknown> {
    const { id, created, model } = this.identity;
    return { id, object: 'chat.completion.chunk', created, model };
  }
}
