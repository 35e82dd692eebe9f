import type { FinishReason } from '@tokenroute/openai-wire';

/** https://ai.google.dev/api/generate-content#FinishReason */
const reasons: Record<string, FinishReason> = {
  STOP: 'stop',
  MAX_TOKENS: 'length',
  SAFETY: 'content_filter',
  RECITATION: 'content_filter',
  LANGUAGE: 'content_filter',
  BLOCKLIST: 'content_filter',
  PROHIBITED_CONTENT: 'content_filter',
  SPII: 'content_filter',
  IMAGE_SAFETY: 'content_filter',
  IMAGE_PROHIBITED_CONTENT: 'content_filter',
  IMAGE_RECITATION: 'content_filter',
};

/** What came is not an answer: the model wrote a call that cannot be read, or one nobody offered. */
const broken = ['MALFORMED_FUNCTION_CALL', 'MALFORMED_RESPONSE', 'UNEXPECTED_TOOL_CALL'];

/**
 * Rule 36. Gemini stops with STOP whether or not it called a function.
 * @returns 'broken' for an answer that is none; 'stop' for a reason nobody knows yet
 */
export function fromGoogleFinishReason(reason: string, hasToolCalls: boolean): FinishReason | 'broken' {
  if (broken.includes(reason)) return 'broken';
  const known = Object.hasOwn(reasons, reason) ? reasons[reason]! : 'stop';
  return known === 'stop' && hasToolCalls ? 'tool_calls' : known;
}
