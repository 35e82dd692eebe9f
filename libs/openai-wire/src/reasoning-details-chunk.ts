import type { AnswerIdentity } from './chat-answer.js';
import type { ChoiceProgress } from './complete-choice.js';
import { toReasoningDetails } from './reasoning-details.js';
import { extraChunk } from './rewrite-chunk.js';

/**
 * A chunk with all of a choice's thinking at once, to go before the one that finishes it.
 * @param format whose thinking it is
 * @returns empty when the model did not think
 */
export function reasoningDetailsChunk(
  progress: ChoiceProgress,
  identity: AnswerIdentity,
  index: number,
  format: string,
): string {
  if (progress.finished || progress.reasoning === '') return '';
  const role = progress.begun ? {} : { role: 'assistant' };
  progress.begun = true;
  return extraChunk(identity, index, {
    ...role,
    reasoning_details: toReasoningDetails(progress.reasoning, format),
  });
}
