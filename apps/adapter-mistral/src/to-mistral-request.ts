import type { UpstreamRequest } from '@tokenroute/adapter-kit';
import type { CompleteRequest } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import {
  type ChatConversation,
  ignoredParameters,
  type ParameterRules,
  readConversation,
  withoutNulls,
} from '@tokenroute/openai-wire';
import { mistralParameters } from './mistral-parameters.js';
import { providerName } from './mistral-wire.js';
import { toMistralMessages } from './to-mistral-messages.js';
import { toMistralResponseFormat } from './to-mistral-response-format.js';
import { toMistralToolChoice, toMistralTools } from './to-mistral-tools.js';

/** https://docs.mistral.ai/capabilities/reasoning/adjustable */
const modelsThatThink = /^(magistral|mistral-(small|medium))/;

const highestTemperature = 1.5;

/**
 * The client's request as Mistral takes it: no null, and no member that it does not know.
 * @throws Fault invalid-request for what Mistral cannot do
 */
export function toMistralRequest(
  request: Pick<CompleteRequest, 'body' | 'upstreamModel' | 'stream' | 'strictParams'>,
): UpstreamRequest {
  const conversation = readConversation(request.body.toString('utf8'));
  checkTemperature(conversation.temperature);
  const rules = rulesFor(conversation, request.upstreamModel);
  const ignoredParams = ignoredParameters(conversation, rules, {
    providerName,
    strict: request.strictParams,
  });
  const sent = (name: string) => (rules[name]?.kind === 'sent' ? conversation[name] : undefined);
  const body = withoutNulls({
    model: request.upstreamModel,
    messages: toMistralMessages(conversation.messages),
    stream: request.stream || undefined,
    max_tokens: conversation.max_completion_tokens ?? conversation.max_tokens,
    temperature: conversation.temperature,
    top_p: conversation.top_p,
    n: conversation.n,
    stop: conversation.stop,
    random_seed: sent('random_seed') ?? sent('seed'),
    frequency_penalty: conversation.frequency_penalty,
    presence_penalty: conversation.presence_penalty,
    tools: toMistralTools(conversation.tools),
    tool_choice: conversation.tools?.length ? toMistralToolChoice(conversation.tool_choice) : undefined,
    parallel_tool_calls: conversation.tools?.length ? conversation.parallel_tool_calls : undefined,
    response_format: toMistralResponseFormat(conversation.response_format),
    prediction: toMistralPrediction(conversation['prediction']),
    reasoning_effort: toMistralEffort(sent('reasoning_effort')),
    metadata: conversation['metadata'],
    prompt_cache_key: conversation['prompt_cache_key'],
    prompt_mode: conversation['prompt_mode'],
    safe_prompt: conversation['safe_prompt'],
    guardrails: conversation['guardrails'],
  });
  return {
    path: '/chat/completions',
    headers: { accept: request.stream ? 'text/event-stream' : 'application/json' },
    body: JSON.stringify(body),
    ignoredParams,
  };
}

/** Two parameters are of use to Mistral or not, depending on the model and on the value. */
function rulesFor({ seed }: ChatConversation, upstreamModel: string): ParameterRules {
  return {
    ...mistralParameters,
    ...(!modelsThatThink.test(upstreamModel) && { reasoning_effort: { kind: 'hint' } }),
    // random_seed begins at zero; OpenAI's seed may be any integer.
    ...(typeof seed === 'number' && seed < 0 && { seed: { kind: 'hint' } }),
  };
}

function checkTemperature(temperature: number | null | undefined): void {
  if (!temperature || temperature <= highestTemperature) return;
  const message = `temperature: ${providerName} takes 0 to ${highestTemperature}.`;
  throw new Fault('invalid-request', message, { param: 'temperature' });
}

function toMistralEffort(effort: unknown): 'none' | 'high' | undefined {
  if (typeof effort !== 'string') return undefined;
  return effort === 'none' || effort === 'minimal' ? 'none' : 'high';
}

/** OpenAI's may be a list of text parts, Mistral's is one text. */
function toMistralPrediction(prediction: unknown): unknown {
  const content = (prediction as { content?: unknown } | null | undefined)?.content;
  if (!Array.isArray(content)) return typeof content === 'string' ? { type: 'content', content } : undefined;
  const texts = (content as { text?: unknown }[]).map(({ text }) => (typeof text === 'string' ? text : ''));
  return { type: 'content', content: texts.join('') };
}
