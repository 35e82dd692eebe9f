import type { AnswerEnd } from '@tokenroute/adapter-kit';
import { rewrittenWithUsage, toUnreadableFault } from '@tokenroute/openai-wire';
import { fromOpenAiUsage } from './from-openai-usage.js';
import { readAnswer } from './openai-wire.js';

/**
 * A plain answer: the provider's own bytes with the id the client asked for as `model`.
 * @throws Fault upstream when it is not a complete chat completion
 */
export function fromOpenAiResponse(body: string, publicModel: string): AnswerEnd {
  const { usage, finishReason } = read(body);
  return {
    completed: rewrittenWithUsage(body, { model: JSON.stringify(publicModel) }),
    usage: fromOpenAiUsage(usage),
    finishReason,
  };
}

function read(body: string): ReturnType<typeof readAnswer> {
  try {
    return readAnswer(body);
  } catch (error) {
    throw toUnreadableFault('OpenAI', body, error);
  }
}
