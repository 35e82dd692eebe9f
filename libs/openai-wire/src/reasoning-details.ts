import type { AssistantMessage, ReasoningDetail } from './chat-conversation.js';

/**
 * Plain thinking as `reasoning_details`: complete at once, because clients that gather a stream keep only the last
 * value of a member they do not know.
 * @param format whose thinking it is, e.g. `deepseek-v1`
 */
export function toReasoningDetails(text: string, format: string): ReasoningDetail[] {
  return [{ type: 'reasoning.text', text, format, index: 0 }];
}

/**
 * The thinking a client brought back on an assistant message.
 * @param format whose thinking is wanted; another provider's is left out
 * @returns null when there is none
 */
export function echoedReasoning(message: AssistantMessage, format: string): string | null {
  const details = message.reasoning_details ?? [];
  // A client that knows only `reasoning_content` has no details; from one that has both, a gathered stream may have
  // left the content in pieces.
  if (details.length === 0) return message.reasoning_content ?? null;
  const own = details.filter((detail) => detail.type === 'reasoning.text' && detail.format === format);
  return own.length > 0 ? own.map((detail) => detail.text ?? '').join('') : null;
}
