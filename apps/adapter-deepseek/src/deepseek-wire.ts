import { z } from 'zod';

/** What we read of DeepSeek's answers, tolerant of everything else. https://api-docs.deepseek.com/api/create-chat-completion */

export const providerName = 'DeepSeek';

/** Marks its thinking among `reasoning_details`. */
export const reasoningFormat = 'deepseek-v1';

const tokens = z.number().int().min(0);

export const usageSchema = z.looseObject({
  prompt_tokens: tokens,
  completion_tokens: tokens.nullish(),
  prompt_cache_hit_tokens: tokens.nullish(),
  prompt_tokens_details: z.looseObject({ cached_tokens: tokens.nullish() }).nullish(),
  completion_tokens_details: z.looseObject({ reasoning_tokens: tokens.nullish() }).nullish(),
});

const toolCall = z.looseObject({
  index: z.number().int().nullish(),
  id: z.string().nullish(),
  type: z.string().nullish(),
  function: z.looseObject({ name: z.string().nullish(), arguments: z.unknown().optional() }).nullish(),
});

const message = z.looseObject({
  role: z.string().nullish(),
  content: z.string().nullish(),
  reasoning_content: z.string().nullish(),
  tool_calls: z.array(toolCall).nullish(),
});

const choiceMembers = { index: z.number().int().min(0).nullish(), finish_reason: z.string().nullish() };
const answerMembers = {
  id: z.string().nullish(),
  created: z.number().int().nullish(),
  usage: z.unknown().optional(),
  error: z.unknown().optional(),
};

export const chunkSchema = z.looseObject({
  ...answerMembers,
  choices: z.array(z.looseObject({ ...choiceMembers, delta: message.nullish() })).nullish(),
});

export type DeepSeekChunk = z.infer<typeof chunkSchema>;
export type DeepSeekChunkChoice = NonNullable<DeepSeekChunk['choices']>[number];

export const responseSchema = z.looseObject({
  ...answerMembers,
  choices: z.array(z.looseObject({ ...choiceMembers, message })).min(1),
});

export type DeepSeekResponse = z.infer<typeof responseSchema>;

export const errorSchema = z.looseObject({
  error: z.looseObject({ message: z.string().nullish(), param: z.string().nullish() }),
});
