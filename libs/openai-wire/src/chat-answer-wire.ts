import { z } from 'zod';

/** The chat completion answer: what is always there, and what providers may add. Unknown members pass through. */

const finishReason = z
  .enum(['stop', 'length', 'tool_calls', 'content_filter', 'function_call'])
  .describe('Why the answer ended. `function_call`: with the deprecated `functions` alone.');

const answerToolCall = z.looseObject({
  id: z.string(),
  type: z.literal('function'),
  function: z.looseObject({ name: z.string(), arguments: z.string().describe('JSON text.') }),
  extra_content: z
    .unknown()
    .optional()
    .describe('What the provider wants to see again: send it back as it is.'),
});

const reasoning = {
  reasoning_content: z.string().nullish().describe('What the model thought, where its provider tells it.'),
  reasoning_details: z
    .array(z.unknown())
    .optional()
    .describe('Thoughts that the provider wants to see again: send them back as they are.'),
};

const logprobs = z.looseObject({}).nullish().describe('The likelihoods that `logprobs` asked for.');

const annotations = z.array(z.unknown()).nullish();

const choice = z.looseObject({
  index: z.int().min(0),
  message: z.looseObject({
    role: z.literal('assistant'),
    content: z.string().nullable(),
    refusal: z.string().nullish(),
    annotations,
    tool_calls: z.array(answerToolCall).optional(),
    ...reasoning,
  }),
  logprobs,
  finish_reason: finishReason,
});

const chunkChoice = z.looseObject({
  index: z.int().min(0),
  delta: z.looseObject({
    role: z.literal('assistant').optional().describe('In the first chunk of a choice.'),
    content: z.string().nullish(),
    refusal: z.string().nullish(),
    annotations,
    tool_calls: z
      .array(
        z.looseObject({
          index: z.int().min(0),
          id: z.string().optional().describe('With type and name in the first piece of a call.'),
          type: z.literal('function').optional(),
          function: z
            .looseObject({ name: z.string().optional(), arguments: z.string().optional() })
            .optional(),
          extra_content: z.unknown().optional(),
        }),
      )
      .optional(),
    ...reasoning,
  }),
  logprobs,
  finish_reason: finishReason.nullish(),
});

const tokens = z.int().min(0);

const usage = z.looseObject({
  prompt_cache_hit_tokens: tokens.optional().describe('DeepSeek’s name of `cached_tokens`.'),
  prompt_cache_miss_tokens: tokens.optional().describe('DeepSeek’s: what was read and not cached.'),
  prompt_tokens: tokens.describe('Everything that was read.'),
  completion_tokens: tokens.describe('Everything that was written, thinking included.'),
  total_tokens: tokens,
  prompt_tokens_details: z
    .looseObject({
      cached_tokens: tokens.optional(),
      audio_tokens: tokens.optional(),
      cache_write_tokens: tokens.optional(),
    })
    .optional(),
  completion_tokens_details: z
    .looseObject({
      reasoning_tokens: tokens.optional(),
      audio_tokens: tokens.optional(),
      accepted_prediction_tokens: tokens.optional(),
      rejected_prediction_tokens: tokens.optional(),
    })
    .optional(),
});

const identity = {
  id: z.string(),
  created: z.int().describe('Unix seconds.'),
  model: z.string().describe('The id that was asked for.'),
  service_tier: z.string().nullish(),
  system_fingerprint: z.string().nullish(),
};

const completion = z.looseObject({
  ...identity,
  object: z.literal('chat.completion'),
  choices: z.array(choice).min(1),
  usage: usage.optional().describe('Missing only where the provider told none.'),
});

const chunk = z.looseObject({
  ...identity,
  p: z.string().optional().describe('Padding of Mistral’s, without a meaning.'),
  object: z.literal('chat.completion.chunk'),
  choices: z.array(chunkChoice).describe('Empty in the chunk that carries the usage.'),
  usage: usage
    .nullish()
    .describe('Of the whole answer, in the last chunk, when `stream_options.include_usage` asks.'),
});

const error = z.object({
  error: z.object({
    message: z.string().describe('For people.'),
    type: z.string().describe('The kind of error.'),
    code: z.int().min(400).max(599).describe('The HTTP status.'),
    param: z.string().nullable().describe('The field at fault, as `messages[0].content`.'),
  }),
});

/** The one error body of every answer; `code` is the HTTP status as a number. */
export type ErrorBody = z.infer<typeof error>;

/** The parts of an answer by name, for whoever describes it. */
export const chatAnswerSchemas = {
  ChatCompletion: completion,
  Choice: choice,
  ChatCompletionChunk: chunk,
  ChunkChoice: chunkChoice,
  AnswerToolCall: answerToolCall,
  Usage: usage,
  Error: error,
} as const;
