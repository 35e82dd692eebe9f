import type { ChatCompletionCreateParams } from 'openai/resources/chat/completions';

/** Every parameter of OpenAI's chat completions; the value is where it stands in the table. */
const parameters = {
  model: 1,
  messages: 1,
  stream: 1,
  stream_options: 1,
  max_completion_tokens: 2,
  max_tokens: 2,
  stop: 2,
  n: 2,
  temperature: 3,
  top_p: 3,
  frequency_penalty: 3,
  presence_penalty: 3,
  logit_bias: 3,
  seed: 3,
  tools: 4,
  tool_choice: 4,
  parallel_tool_calls: 4,
  functions: 4,
  function_call: 4,
  response_format: 5,
  reasoning_effort: 5,
  verbosity: 5,
  logprobs: 6,
  top_logprobs: 6,
  modalities: 6,
  audio: 6,
  web_search_options: 6,
  prediction: 6,
  moderation: 6,
  user: 7,
  safety_identifier: 7,
  metadata: 7,
  store: 7,
  service_tier: 7,
  prompt_cache_key: 7,
  prompt_cache_options: 7,
  prompt_cache_retention: 7,
} satisfies Record<keyof ChatCompletionCreateParams, number>;

/** In the order of the table: what is asked, how much, how, with which tools, in what form, what else, about whom. */
export const openAiParameters: readonly string[] = Object.entries(parameters)
  .sort(([, a], [, b]) => a - b)
  .map(([name]) => name);
