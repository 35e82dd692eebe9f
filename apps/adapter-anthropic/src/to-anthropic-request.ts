import type { UpstreamRequest } from '@tokenroute/adapter-kit';
import type { CompleteRequest } from '@tokenroute/contracts';
import { type ChatConversation, ignoredParameters, readConversation } from '@tokenroute/openai-wire';
import { anthropicModel } from './anthropic-models.js';
import { parameterRulesOf } from './anthropic-parameters.js';
import type { AnthropicRequest } from './anthropic-wire.js';
import { writeJson } from './json-text.js';
import { toAnthropicMessages } from './to-anthropic-messages.js';
import { toAnthropicOutput } from './to-anthropic-output.js';
import { type ThinkingDecision, toAnthropicThinking } from './to-anthropic-thinking.js';
import { toAnthropicTools } from './to-anthropic-tools.js';

export type TranslatedRequest = Pick<
  CompleteRequest,
  'body' | 'upstreamModel' | 'stream' | 'maxOutputTokens' | 'strictParams'
>;

/**
 * A chat completion request as Anthropic's Messages API takes it.
 * @throws Fault invalid-request naming what Anthropic cannot do
 */
export function toAnthropicRequest(request: TranslatedRequest): UpstreamRequest {
  const conversation = readConversation(request.body.toString('utf8'));
  const model = anthropicModel(request.upstreamModel);
  const maxTokens = conversation.max_completion_tokens ?? conversation.max_tokens ?? request.maxOutputTokens;
  const output = toAnthropicOutput(conversation, model);
  const { system, messages } = toAnthropicMessages(conversation.messages);
  const tools = toAnthropicTools(conversation, output, messages);
  const decision = toAnthropicThinking({
    effort: conversation.reasoning_effort,
    model,
    maxTokens,
    toolChoice: tools.tool_choice,
    messages,
  });
  const { stop_sequences: stops, dropped: blankStops } = toStopSequences(conversation.stop);
  const userId = toUserId(conversation.user);
  const dropped = [
    ...(decision.kind === 'not-possible' ? ['reasoning_effort'] : []),
    ...(conversation.user && !userId ? ['user'] : []),
    ...(blankStops ? ['stop'] : []),
  ];
  const thinks = decision.kind === 'thinks';
  const rules = parameterRulesOf(conversation, { model, thinking: thinks, dropped });
  const ignoredParams = ignoredParameters(conversation, rules, {
    providerName: 'Anthropic',
    strict: request.strictParams,
  });
  const instructions = output.kind === 'instruction' ? [...system, output.instruction] : system;
  const body: AnthropicRequest = {
    model: request.upstreamModel,
    max_tokens: maxTokens,
    ...(instructions.length > 0 && { system: instructions }),
    messages,
    ...tools,
    ...(thinks && { thinking: decision.thinking }),
    ...toOutputConfig(output, decision),
    ...toSampling(conversation, model.sampling, thinks),
    ...(stops.length > 0 && { stop_sequences: stops }),
    ...(userId && { metadata: { user_id: userId } }),
    ...(request.stream && { stream: true }),
  };
  return {
    path: '/v1/messages',
    headers: {
      'anthropic-version': '2023-06-01',
      accept: request.stream ? 'text/event-stream' : 'application/json',
    },
    body: writeJson(body),
    ignoredParams,
  };
}

function toOutputConfig(
  output: ReturnType<typeof toAnthropicOutput>,
  decision: ThinkingDecision,
): Pick<AnthropicRequest, 'output_config'> {
  const config = {
    ...(decision.kind === 'thinks' && decision.effort && { effort: decision.effort }),
    ...(output.kind === 'format' && { format: { type: 'json_schema' as const, schema: output.schema } }),
  };
  return Object.keys(config).length > 0 ? { output_config: config } : {};
}

/** Values that ask for nothing are left out where a model would refuse them. */
function toSampling(
  { temperature, top_p: topP, top_k: topK }: ChatConversation,
  sampling: 'all' | 'one' | 'none',
  thinks: boolean,
): Pick<AnthropicRequest, 'temperature' | 'top_p' | 'top_k'> {
  if (sampling === 'none') return {};
  const both = sampling === 'one' && temperature != null && topP != null;
  const keepsTopP = topP != null && !(both && topP === 1);
  const keepsTemperature = temperature != null && !(both && keepsTopP) && !(thinks && temperature === 1);
  return {
    ...(keepsTemperature && { temperature }),
    ...(keepsTopP && { top_p: topP }),
    ...(topK != null && { top_k: topK }),
  };
}

/** Blank sequences are refused by Anthropic. */
function toStopSequences(stop: ChatConversation['stop']): { stop_sequences: string[]; dropped: boolean } {
  const wished = (typeof stop === 'string' ? [stop] : (stop ?? [])).filter((sequence) => sequence !== '');
  const sequences = wished.filter((sequence) => sequence.trim() !== '');
  return { stop_sequences: sequences, dropped: sequences.length < wished.length };
}

/** Anthropic wants an opaque id and refuses what looks like an address or a phone number, or is longer than this. */
const longestUserId = 256;

function toUserId(user: string | null | undefined): string | undefined {
  if (!user || user.length > longestUserId) return undefined;
  const isEmail = /\S@\S+\.\S/.test(user);
  const isPhone = /^\+?[\d\s().-]{7,20}$/.test(user);
  return isEmail || isPhone ? undefined : user;
}
