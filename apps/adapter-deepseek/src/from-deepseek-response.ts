import type { AnswerEnd } from '@tokenroute/adapter-kit';
import type { CompleteRequest } from '@tokenroute/contracts';
import {
  completedWithUsage,
  completeToolCalls,
  rewriteCompletion,
  toReasoningDetails,
  toUnreadableFault,
} from '@tokenroute/openai-wire';
import { type DeepSeekResponse, providerName, reasoningFormat, responseSchema } from './deepseek-wire.js';
import { fromDeepSeekFinishReason } from './from-deepseek-finish-reason.js';
import { fromDeepSeekUsage, toClientUsage } from './from-deepseek-usage.js';

type Call = Pick<CompleteRequest, 'publicModel' | 'requestId'>;
type Choice = DeepSeekResponse['choices'][number];

/**
 * A plain answer.
 * @throws Fault upstream when it is not a complete chat completion
 */
export function fromDeepSeekResponse(body: string, request: Call): AnswerEnd {
  const answer = readResponse(body);
  const usage = fromDeepSeekUsage(answer.usage);
  const identity = {
    id: answer.id ?? `chatcmpl-${request.requestId}`,
    created: answer.created ?? 0,
    model: request.publicModel,
  };
  const choices = answer.choices.map((choice, index) => toChoice(choice, index, request));
  const text = rewriteCompletion(body, identity, choices, usage && toClientUsage(usage, answer.usage));
  return { completed: completedWithUsage(text), usage, finishReason: choices[0]?.finish_reason ?? '' };
}

function toChoice(choice: Choice, index: number, request: Call) {
  return {
    ...choice,
    index: choice.index ?? index,
    message: toMessage(choice.message, request),
    logprobs: choice['logprobs'] ?? null,
    finish_reason: fromDeepSeekFinishReason(choice.finish_reason) ?? 'stop',
  };
}

function toMessage(
  { tool_calls: calls, ...message }: Choice['message'],
  request: Call,
): Record<string, unknown> {
  const { reasoning_content: reasoning } = message;
  return {
    ...message,
    role: 'assistant',
    content: message.content ?? null,
    refusal: message['refusal'] ?? null,
    ...(reasoning && { reasoning_details: toReasoningDetails(reasoning, reasoningFormat) }),
    ...(calls?.length && {
      tool_calls: completeToolCalls(calls, (index) => `call_${request.requestId}_${index}`),
    }),
  };
}

function readResponse(body: string): DeepSeekResponse {
  try {
    return responseSchema.parse(JSON.parse(body));
  } catch (error) {
    throw toUnreadableFault(providerName, body, error);
  }
}
