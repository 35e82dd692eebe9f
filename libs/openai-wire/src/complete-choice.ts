import type { FinishReason } from './chat-answer.js';
import type { DialectToolCall } from './complete-tool-calls.js';
import { ToolCallDeltas } from './tool-call-deltas.js';

/** One choice of a chunk in an OpenAI dialect. */
export interface DialectChoice {
  [member: string]: unknown;
  index?: number | null;
  delta?: DialectDelta | null;
  finish_reason?: string | null;
}

export interface DialectDelta {
  [member: string]: unknown;
  role?: string | null;
  tool_calls?: DialectToolCall[] | null;
}

/** How far one choice of a stream has come. */
export class ChoiceProgress {
  begun = false;
  finished = false;
  /** All thinking so far. */
  reasoning = '';
  readonly toolCalls: ToolCallDeltas;

  /** @param mintId an id for a tool call that came without one */
  constructor(mintId: (index: number) => string) {
    this.toolCalls = new ToolCallDeltas(mintId);
  }
}

/**
 * A choice with everything OpenAI promises: its index, the role with the first delta, whole tool calls, the finish
 * reason once.
 * @param finishReason what the dialect's means; null while the choice goes on
 * @returns the same object when nothing had to change
 */
export function completeChoice(
  choice: DialectChoice,
  progress: ChoiceProgress,
  finishReason: FinishReason | null,
): DialectChoice {
  const index = choice.index ?? 0;
  const delta = completeDelta(choice.delta ?? {}, progress, finishReason !== null);
  const finish = progress.finished ? null : finishReason;
  progress.begun = true;
  progress.finished ||= finishReason !== null;
  const same = choice.index === index && choice.delta === delta && choice.finish_reason === finish;
  return same ? choice : { ...choice, index, delta, finish_reason: finish };
}

function completeDelta(delta: DialectDelta, progress: ChoiceProgress, last: boolean): DialectDelta {
  const complete = withRoleOnce(delta, progress.begun);
  const pieces = progress.toolCalls.push(delta.tool_calls ?? []);
  const missing = last ? progress.toolCalls.missingArguments() : [];
  if (pieces === delta.tool_calls && missing.length === 0) return complete;
  const { tool_calls: _, ...rest } = complete;
  if (pieces.length + missing.length > 0) return { ...rest, tool_calls: [...pieces, ...missing] };
  return 'tool_calls' in complete ? rest : complete;
}

function withRoleOnce(delta: DialectDelta, begun: boolean): DialectDelta {
  if (!begun) return delta.role === 'assistant' ? delta : { ...delta, role: 'assistant' };
  if (!('role' in delta)) return delta;
  const { role: _, ...rest } = delta;
  return rest;
}
