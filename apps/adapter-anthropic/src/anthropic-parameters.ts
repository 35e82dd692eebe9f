import type { ChatConversation, ParameterRules } from '@tokenroute/openai-wire';
import type { AnthropicModel } from './anthropic-models.js';

/** What becomes of each parameter; `parameterRulesOf` adds what depends on the model and the request. */
export const anthropicParameters: ParameterRules = {
  model: { kind: 'sent' },
  messages: { kind: 'sent' },
  stream: { kind: 'sent' },
  stream_options: { kind: 'sent' },
  max_tokens: { kind: 'sent' },
  max_completion_tokens: { kind: 'sent', as: 'max_tokens' },
  temperature: { kind: 'sent' },
  top_p: { kind: 'sent' },
  top_k: { kind: 'sent' },
  stop: { kind: 'sent', as: 'stop_sequences' },
  tools: { kind: 'sent' },
  tool_choice: { kind: 'sent' },
  parallel_tool_calls: { kind: 'sent', as: 'tool_choice.disable_parallel_tool_use' },
  response_format: { kind: 'sent', as: 'output_config.format' },
  reasoning_effort: { kind: 'sent', as: 'thinking' },
  user: { kind: 'sent', as: 'metadata.user_id' },
  n: { kind: 'refused', because: 'Anthropic gives one choice' },
  logprobs: { kind: 'refused', because: 'Anthropic tells no log probabilities' },
  top_logprobs: { kind: 'refused', because: 'Anthropic tells no log probabilities' },
  logit_bias: { kind: 'refused', because: 'Anthropic has no token biases' },
  modalities: { kind: 'refused', because: 'Anthropic answers with text only' },
  audio: { kind: 'refused', because: 'Anthropic answers with text only' },
  web_search_options: { kind: 'refused', because: 'web search is not offered with Anthropic models' },
  functions: { kind: 'refused', because: 'is deprecated: use tools' },
  function_call: { kind: 'refused', because: 'is deprecated: use tool_choice' },
  seed: { kind: 'hint' },
  frequency_penalty: { kind: 'hint' },
  presence_penalty: { kind: 'hint' },
  metadata: { kind: 'hint' },
  store: { kind: 'hint' },
  service_tier: { kind: 'hint' },
  prediction: { kind: 'hint' },
  verbosity: { kind: 'hint' },
  safety_identifier: { kind: 'hint' },
  prompt_cache_key: { kind: 'hint' },
  prompt_cache_retention: { kind: 'hint' },
};

/** How a request was understood, as far as its parameters' rules depend on it. */
export interface ParameterCircumstances {
  model: AnthropicModel;
  /** Whether the model is asked to think. */
  thinking: boolean;
  /** Parameters that could not be honoured this time and are no more than hints. */
  dropped: readonly string[];
}

/** The rules for one request: `temperature: 0.5` is fine for one model and an error for another. */
export function parameterRulesOf(
  conversation: ChatConversation,
  { model, thinking, dropped }: ParameterCircumstances,
): ParameterRules {
  const rules: Record<string, ParameterRules[string]> = { ...anthropicParameters };
  for (const name of dropped) rules[name] = { kind: 'hint' };
  for (const [name, because] of samplingRefusals(conversation, model, thinking)) {
    rules[name] = { kind: 'refused', because };
  }
  return rules;
}

/**
 * With thinking, temperature must be 1, top_p at least 0.95 and top_k absent:
 * https://platform.claude.com/docs/en/build-with-claude/extended-thinking#feature-compatibility
 */
function samplingRefusals(
  { temperature, top_p: topP, top_k: topK }: ChatConversation,
  model: AnthropicModel,
  thinking: boolean,
): [string, string][] {
  const refusals: [string, string][] = [];
  const isSet = { temperature: (temperature ?? 1) !== 1, topP: (topP ?? 1) !== 1, topK: topK != null };
  if (isSet.temperature && (temperature! < 0 || temperature! > 1)) {
    refusals.push(['temperature', 'Anthropic takes 0 to 1']);
  }
  if (model.sampling === 'none') {
    const because = 'this model takes no sampling parameters';
    if (isSet.temperature) refusals.push(['temperature', because]);
    if (isSet.topP) refusals.push(['top_p', because]);
    if (isSet.topK) refusals.push(['top_k', because]);
  } else if (thinking) {
    if (isSet.temperature) refusals.push(['temperature', 'must be 1 together with reasoning_effort']);
    if (topP != null && topP < 0.95) {
      refusals.push(['top_p', 'must be at least 0.95 together with reasoning_effort']);
    }
    if (isSet.topK) refusals.push(['top_k', 'cannot be used together with reasoning_effort']);
  }
  if (model.sampling === 'one' && isSet.temperature && isSet.topP) {
    refusals.push(['top_p', 'this model takes temperature or top_p, not both']);
  }
  return refusals;
}
