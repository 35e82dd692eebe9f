import type { UpstreamRequest } from '@tokenroute/adapter-kit';
import type { CompleteRequest } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import {
  type ChatConversation,
  ignoredParameters,
  readConversation,
  withoutNulls,
} from '@tokenroute/openai-wire';
import { deepSeekParameters } from './deepseek-parameters.js';
import { providerName } from './deepseek-wire.js';
import { toDeepSeekMessages } from './to-deepseek-messages.js';
import { schemaInstruction, toDeepSeekResponseFormat } from './to-deepseek-response-format.js';
import { type DeepSeekThinking, toDeepSeekThinking } from './to-deepseek-thinking.js';
import { toDeepSeekTools } from './to-deepseek-tools.js';

/**
 * The client's request as DeepSeek takes it.
 * @throws Fault invalid-request for what DeepSeek cannot do
 */
export function toDeepSeekRequest(
  request: Pick<CompleteRequest, 'body' | 'publicModel' | 'upstreamModel' | 'stream' | 'strictParams'>,
): UpstreamRequest {
  const conversation = readConversation(request.body.toString('utf8'));
  const thinking = toDeepSeekThinking(conversation, request.publicModel);
  const ignoredParams = ignored(conversation, thinking, request.strictParams);
  const usesTools =
    Boolean(conversation.tools?.length) ||
    conversation.messages.some((message) => message.role === 'assistant' && message.tool_calls?.length);
  const body = withoutNulls({
    ...unknownMembers(conversation),
    model: request.upstreamModel,
    messages: toDeepSeekMessages(conversation.messages, {
      withReasoning: thinking.enabled && usesTools,
      instruction: schemaInstruction(conversation.response_format),
    }),
    stream: request.stream || undefined,
    stream_options: request.stream ? { include_usage: true } : undefined,
    thinking: { type: thinking.enabled ? 'enabled' : 'disabled' },
    reasoning_effort: thinking.effort,
    max_tokens: conversation.max_completion_tokens ?? conversation.max_tokens,
    temperature: conversation.temperature,
    top_p: conversation.top_p,
    frequency_penalty: conversation.frequency_penalty,
    presence_penalty: conversation.presence_penalty,
    stop: conversation.stop,
    logprobs: conversation['logprobs'],
    top_logprobs: conversation['top_logprobs'],
    tools: toDeepSeekTools(conversation.tools),
    tool_choice: conversation.tools?.length ? conversation.tool_choice : undefined,
    response_format: toDeepSeekResponseFormat(conversation.response_format),
  });
  return {
    path: '/chat/completions',
    headers: { accept: request.stream ? 'text/event-stream' : 'application/json' },
    body: JSON.stringify(body),
    ignoredParams,
  };
}

/** Members no rule names: DeepSeek may know what we do not. */
function unknownMembers(conversation: ChatConversation): Record<string, unknown> {
  const unknown = Object.entries(conversation).filter(([name]) => !Object.hasOwn(deepSeekParameters, name));
  return Object.fromEntries(unknown);
}

const withoutEffectInThinking = ['temperature', 'frequency_penalty', 'presence_penalty'] as const;

function ignored(conversation: ChatConversation, thinking: DeepSeekThinking, strict: boolean): string[] {
  const known = Object.entries(conversation).filter(([name]) => Object.hasOwn(deepSeekParameters, name));
  const hints = ignoredParameters(Object.fromEntries(known), deepSeekParameters, { providerName, strict });
  if (!thinking.enabled) return hints;
  if (conversation['logprobs'] || conversation['top_logprobs']) {
    throw new Fault('invalid-request', 'logprobs: DeepSeek gives none while it thinks.', {
      param: 'logprobs',
    });
  }
  const withoutEffect = withoutEffectInThinking.filter((name) => conversation[name]);
  if (strict && withoutEffect[0]) {
    const message = `${withoutEffect[0]}: it has no effect while DeepSeek thinks.`;
    throw new Fault('invalid-request', message, { param: withoutEffect[0] });
  }
  return [...hints, ...withoutEffect];
}
