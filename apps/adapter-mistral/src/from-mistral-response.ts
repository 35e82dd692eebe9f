import type { AnswerEnd } from '@tokenroute/adapter-kit';
import type { CompleteRequest } from '@tokenroute/contracts';
import {
  completedWithUsage,
  completeToolCalls,
  rewriteCompletion,
  toReasoningDetails,
  toUnreadableFault,
} from '@tokenroute/openai-wire';
import { fromMistralContent } from './from-mistral-content.js';
import { fromMistralFinishReason } from './from-mistral-finish-reason.js';
import { fromMistralUsage, toClientUsage } from './from-mistral-usage.js';
import { mintToolCallId } from './mistral-tool-call-id.js';
import {
  type MistralMessage,
  type MistralResponse,
  providerName,
  reasoningFormat,
  responseSchema,
} from './mistral-wire.js';

type Call = Pick<CompleteRequest, 'publicModel' | 'requestId'>;

/**
 * A plain answer.
 * @throws Fault upstream when it is not a complete chat completion
 */
export function fromMistralResponse(body: string, request: Call): AnswerEnd {
  const answer = readResponse(body);
  const usage = fromMistralUsage(answer.usage);
  const identity = {
    id: answer.id ?? `chatcmpl-${request.requestId}`,
    created: answer.created ?? 0,
    model: request.publicModel,
  };
  const choices = answer.choices.map((choice, position) => {
    const index = choice.index ?? position;
    return {
      ...choice,
      index,
      message: toMessage(choice.message, (call) => mintToolCallId(request.requestId, index, call)),
      logprobs: null,
      finish_reason: fromMistralFinishReason(choice.finish_reason) ?? 'stop',
    };
  });
  const text = rewriteCompletion(body, identity, choices, usage && toClientUsage(usage, answer.usage));
  return { completed: completedWithUsage(text), usage, finishReason: choices[0]?.finish_reason ?? '' };
}

function toMessage(
  { tool_calls: calls, content, ...message }: MistralMessage,
  mintId: (index: number) => string,
): Record<string, unknown> {
  const { text, reasoning } = fromMistralContent(content);
  return {
    ...message,
    role: 'assistant',
    content: content == null ? null : text,
    refusal: null,
    ...(reasoning && {
      reasoning_content: reasoning,
      reasoning_details: toReasoningDetails(reasoning, reasoningFormat),
    }),
    ...(calls?.length && { tool_calls: completeToolCalls(calls, mintId) }),
  };
}

function readResponse(body: string): MistralResponse {
  try {
    return responseSchema.parse(JSON.parse(body));
  } catch (error) {
    throw toUnreadableFault(providerName, body, error);
  }
}
