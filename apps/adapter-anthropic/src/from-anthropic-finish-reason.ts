import type { FinishReason } from '@tokenroute/openai-wire';

/** https://platform.claude.com/docs/en/build-with-claude/handling-stop-reasons */
const finishReasons: Readonly<Record<string, FinishReason>> = {
  end_turn: 'stop',
  stop_sequence: 'stop',
  pause_turn: 'stop',
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
  tool_use: 'tool_calls',
  refusal: 'content_filter',
};

/** A reason nobody knows yet is an ordinary end: never a reason to lose an answer. */
export function fromAnthropicFinishReason(stopReason: string | null | undefined): FinishReason {
  return Object.hasOwn(finishReasons, stopReason ?? '') ? finishReasons[stopReason!]! : 'stop';
}
