import type { AnswerEnd } from '@tokenroute/adapter-kit';
import { completedWithUsage, toUnreadableFault, withJsonMembers } from '@tokenroute/openai-wire';
import { fromOpenAiUsage } from './from-openai-usage.js';
import { responseSchema } from './openai-wire.js';

/**
 * A plain answer: the provider's own bytes with the id the client asked for as `model`.
 * @throws Fault upstream when it is not a complete chat completion
 */
export function fromOpenAiResponse(body: string, publicModel: string): AnswerEnd {
  const answer = readResponse(body);
  const text = withJsonMembers(body, { model: JSON.stringify(publicModel) });
  return { completed: completedWithUsage(text), usage: fromOpenAiUsage(answer.usage) };
}

function readResponse(body: string): { usage?: unknown } {
  try {
    return responseSchema.parse(JSON.parse(body));
  } catch (error) {
    throw toUnreadableFault('OpenAI', body, error);
  }
}
