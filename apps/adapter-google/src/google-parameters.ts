import type { ParameterRule, ParameterRules } from '@tokenroute/openai-wire';
import type { GoogleModel } from './google-models.js';

const hint: ParameterRule = { kind: 'hint' };
const sent = (as?: string): ParameterRule => (as === undefined ? { kind: 'sent' } : { kind: 'sent', as });
const refused = (because: string): ParameterRule => ({ kind: 'refused', because });

/** Every parameter of https://platform.openai.com/docs/api-reference/chat/create and what becomes of it. */
export const googleParameters: ParameterRules = {
  model: sent('the path'),
  messages: sent('contents, systemInstruction'),
  stream: sent('streamGenerateContent'),
  stream_options: sent(),
  max_tokens: sent('maxOutputTokens'),
  max_completion_tokens: sent('maxOutputTokens'),
  temperature: sent(),
  top_p: sent('topP'),
  top_k: sent('topK'),
  n: sent('candidateCount'),
  stop: sent('stopSequences, at most 5'),
  seed: sent('an int32'),
  frequency_penalty: sent('frequencyPenalty; a hint from 2.5 on'),
  presence_penalty: sent('presencePenalty; a hint from 2.5 on'),
  tools: sent('functionDeclarations'),
  tool_choice: sent('functionCallingConfig'),
  parallel_tool_calls: sent('false: only the first call of an answer is passed on'),
  response_format: sent('responseMimeType and a schema; with tools before Gemini 3 an instruction'),
  reasoning_effort: sent('thinkingBudget on 2.5, thinkingLevel from 3 on, a hint before'),
  logit_bias: refused('Gemini cannot weigh single tokens'),
  logprobs: refused('Gemini gives no log probabilities'),
  top_logprobs: refused('Gemini gives no log probabilities'),
  modalities: refused('answers of this model are text'),
  audio: refused('answers of this model are text'),
  web_search_options: refused('searching the web is not offered'),
  functions: refused('is deprecated, please use tools'),
  function_call: refused('is deprecated, please use tool_choice'),
  user: hint,
  metadata: hint,
  store: hint,
  service_tier: hint,
  prediction: hint,
  verbosity: hint,
  safety_identifier: hint,
  prompt_cache_key: hint,
  prompt_cache_retention: hint,
};

/** The rules as they are for one model. */
export function googleParametersOf(model: GoogleModel): ParameterRules {
  return {
    ...googleParameters,
    ...(!model.takesPenalties && { frequency_penalty: hint, presence_penalty: hint }),
    ...(model.thinking === 'none' && { reasoning_effort: hint }),
  };
}
