import { SseDecoder } from '@tokenroute/adapter-kit';
import type { AnswerMessage } from './client-answer.js';

export interface ToolCallDelta {
  index?: number;
  id?: string;
  type?: string;
  function?: { name?: string; arguments?: string };
}

/** One chunk of a streamed answer, as far as the suite looks at it. */
export interface ChatChunk {
  id?: string;
  object?: string;
  created?: number;
  model?: string;
  choices?: {
    index?: number;
    delta?: {
      role?: string;
      content?: string | null;
      refusal?: string | null;
      reasoning_content?: string | null;
      tool_calls?: ToolCallDelta[];
    };
    finish_reason?: string | null;
  }[];
  usage?: Record<string, unknown> | null;
}

/** The chunks in SSE text that an adapter wrote. @throws SyntaxError when an event is not JSON */
export function readChunks(sse: string): ChatChunk[] {
  const decoder = new SseDecoder();
  const events = [...decoder.push(Buffer.from(sse)), ...decoder.end()];
  return events.map(({ data }) => JSON.parse(data) as ChatChunk);
}

/** Puts the deltas of the first choice together the way OpenAI's own client library does. */
export function joinChunks(chunks: readonly ChatChunk[]): {
  message: AnswerMessage & Record<string, unknown>;
  finishReason: string | null;
} {
  const calls = new Map<number, NonNullable<AnswerMessage['tool_calls']>[number]>();
  const message: AnswerMessage & Record<string, unknown> = {};
  let finishReason: string | null = null;
  for (const { choices } of chunks) {
    const choice = choices?.[0];
    if (choice === undefined) continue;
    finishReason = choice.finish_reason ?? finishReason;
    const { tool_calls: toolCalls = [], ...rest } = choice.delta ?? {};
    for (const [name, value] of Object.entries(rest)) {
      const before = message[name];
      const isText = joined.has(name) && typeof before === 'string' && typeof value === 'string';
      message[name] = isText ? before + value : (value ?? before);
    }
    for (const call of toolCalls) joinToolCall(calls, call);
  }
  if (calls.size > 0) message.tool_calls = [...calls.values()];
  return { message, finishReason };
}

/** Members whose deltas are pieces of one text; of every other member the last value counts. */
const joined = new Set(['content', 'refusal', 'reasoning_content']);

type JoinedCall = NonNullable<AnswerMessage['tool_calls']>[number];

function joinToolCall(calls: Map<number, JoinedCall>, delta: ToolCallDelta): void {
  const { index = -1, id, function: named, ...rest } = delta;
  const call = calls.get(index) ?? { id: '', function: { name: '', arguments: '' } };
  const { name = call.function.name, arguments: piece = '' } = named ?? {};
  calls.set(index, {
    ...call,
    ...rest,
    id: id ?? call.id,
    function: { name, arguments: call.function.arguments + piece },
  });
}
