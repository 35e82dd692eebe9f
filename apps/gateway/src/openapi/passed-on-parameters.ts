import { z } from 'zod';

/**
 * Parameters that no service of ours reads: they go to the provider as they came, or are refused or left out by name.
 * Described as the providers document them.
 */
export const passedOnParameters = z.looseObject({
  logit_bias: z
    .record(z.string(), z.number())
    .nullish()
    .meta({
      description: 'By token id, how much likelier or less likely it shall be.',
      examples: [{ '50256': -100 }],
    }),
  functions: z
    .array(z.looseObject({ name: z.string() }))
    .nullish()
    .meta({
      description: 'The older form of `tools`.',
      deprecated: true,
      examples: [[{ name: 'get_weather' }]],
    }),
  function_call: z
    .union([z.string(), z.looseObject({ name: z.string() })])
    .nullish()
    .meta({ description: 'The older form of `tool_choice`.', deprecated: true, examples: ['auto'] }),
  verbosity: z
    .enum(['low', 'medium', 'high'])
    .nullish()
    .meta({ description: 'How much the answer shall say.', examples: ['low'] }),
  logprobs: z
    .boolean()
    .nullish()
    .meta({ description: 'Tell the likelihood of each token of the answer.', examples: [true] }),
  top_logprobs: z
    .int()
    .min(0)
    .max(20)
    .nullish()
    .meta({ description: 'Of how many other tokens at each place, too.', examples: [2] }),
  modalities: z
    .array(z.string())
    .nullish()
    .meta({ description: 'What the answer may consist of.', examples: [['text', 'audio']] }),
  audio: z
    .looseObject({ voice: z.unknown(), format: z.string() })
    .nullish()
    .meta({ description: 'How a spoken answer shall sound.', examples: [{ voice: 'alloy', format: 'mp3' }] }),
  web_search_options: z
    .looseObject({})
    .nullish()
    .meta({ description: 'Search the web for the answer.', examples: [{ search_context_size: 'low' }] }),
  prediction: z
    .looseObject({ type: z.literal('content'), content: z.unknown() })
    .nullish()
    .meta({
      description: 'Text that most of the answer will repeat.',
      examples: [{ type: 'content', content: 'a' }],
    }),
  moderation: z
    .looseObject({})
    .nullish()
    .meta({
      description: 'Judge request and answer beside.',
      examples: [{ model: 'omni-moderation-latest' }],
    }),
  safety_identifier: z
    .string()
    .nullish()
    .meta({ description: 'A stable id of the person who asks, hashed.', examples: ['person-7'] }),
  metadata: z
    .record(z.string(), z.string())
    .nullish()
    .meta({ description: 'Labels of your own for the request.', examples: [{ project: 'atlas' }] }),
  store: z
    .boolean()
    .nullish()
    .meta({ description: 'Keep the answer with the provider.', examples: [true] }),
  service_tier: z
    .string()
    .nullish()
    .meta({ description: 'How urgently the provider shall answer.', examples: ['auto'] }),
  prompt_cache_key: z
    .string()
    .nullish()
    .meta({ description: 'What requests with the same beginning have in common.', examples: ['atlas-1'] }),
  prompt_cache_options: z
    .looseObject({})
    .nullish()
    .meta({ description: 'How the provider shall keep the beginning.', examples: [{ mode: 'implicit' }] }),
  prompt_cache_retention: z
    .string()
    .nullish()
    .meta({ description: 'How long the provider shall keep the beginning.', examples: ['24h'] }),
  guardrails: z
    .array(z.looseObject({}))
    .nullish()
    .meta({ description: 'Rules that Mistral holds the answer to.', examples: [[{ block_on_error: true }]] }),
  prompt_mode: z
    .string()
    .nullish()
    .meta({ description: 'Mistral’s own system prompt for thinking.', examples: ['reasoning'] }),
  random_seed: z
    .int()
    .nullish()
    .meta({ description: 'Mistral’s name of `seed`.', examples: [7] }),
  safe_prompt: z
    .boolean()
    .nullish()
    .meta({ description: 'Put Mistral’s safety prompt before the conversation.', examples: [true] }),
  thinking: z
    .looseObject({ type: z.enum(['enabled', 'disabled']) })
    .nullish()
    .meta({ description: 'DeepSeek’s own switch for thinking.', examples: [{ type: 'disabled' }] }),
});
