import type { ParameterRules } from '@tokenroute/openai-wire';

/**
 * Parameters that neither OpenAI nor the list below knows are sent as they are; DeepSeek ignores what it does not know. The
 * documents read it here.
 */
export const passesOnUnknownParameters = true;

/** What DeepSeek does with each parameter: https://api-docs.deepseek.com/api/create-chat-completion */
export const deepSeekParameters: ParameterRules = {
  model: { kind: 'sent' },
  messages: { kind: 'sent' },
  stream: { kind: 'sent' },
  stream_options: { kind: 'sent', as: 'usage is always asked for' },
  max_tokens: { kind: 'sent' },
  max_completion_tokens: { kind: 'sent', as: 'max_tokens' },
  temperature: { kind: 'sent', as: 'without effect while the model thinks (reported)' },
  top_p: { kind: 'sent' },
  frequency_penalty: { kind: 'sent', as: 'without effect while the model thinks (reported)' },
  presence_penalty: { kind: 'sent', as: 'without effect while the model thinks (reported)' },
  stop: { kind: 'sent' },
  logprobs: { kind: 'sent', as: 'refused while the model thinks' },
  top_logprobs: { kind: 'sent', as: 'refused while the model thinks' },
  tools: { kind: 'sent' },
  tool_choice: { kind: 'sent', as: 'a forced tool turns thinking off' },
  response_format: { kind: 'sent', as: 'json_schema: json_object with the schema as an instruction' },
  reasoning_effort: { kind: 'sent', as: 'thinking and its effort; none turns it off' },
  thinking: { kind: 'sent' },
  n: { kind: 'refused', because: 'DeepSeek gives one choice' },
  parallel_tool_calls: {
    kind: 'refused',
    because: 'DeepSeek decides itself how many tools it calls at once',
  },
  logit_bias: { kind: 'refused', because: 'DeepSeek has no token biases' },
  modalities: { kind: 'refused', because: 'DeepSeek answers with text only' },
  audio: { kind: 'refused', because: 'DeepSeek answers with text only' },
  web_search_options: { kind: 'refused', because: 'DeepSeek does not search the web' },
  moderation: { kind: 'refused', because: 'DeepSeek does not moderate' },
  functions: { kind: 'refused', because: 'use tools instead' },
  function_call: { kind: 'refused', because: 'use tool_choice instead' },
  seed: { kind: 'hint' },
  user: { kind: 'hint' },
  metadata: { kind: 'hint' },
  store: { kind: 'hint' },
  service_tier: { kind: 'hint' },
  prediction: { kind: 'hint' },
  verbosity: { kind: 'hint' },
  safety_identifier: { kind: 'hint' },
  prompt_cache_key: { kind: 'hint' },
  prompt_cache_retention: { kind: 'hint' },
  prompt_cache_options: { kind: 'hint' },
};
