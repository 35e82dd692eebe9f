import type { CompleteRequest } from '@tokenroute/contracts';
import type { AnswerIdentity } from '@tokenroute/openai-wire';

/**
 * Id, time and model of an answer (rule 56). A request's id is a UUID of version 7, which begins with the time in
 * milliseconds: so the same request always makes the same answer, without a clock.
 */
export function answerIdentity({
  requestId,
  publicModel,
}: Pick<CompleteRequest, 'requestId' | 'publicModel'>): AnswerIdentity {
  const milliseconds = Number.parseInt(requestId.replaceAll('-', '').slice(0, 12), 16) || 0;
  return { id: `chatcmpl-${requestId}`, created: Math.floor(milliseconds / 1_000), model: publicModel };
}
