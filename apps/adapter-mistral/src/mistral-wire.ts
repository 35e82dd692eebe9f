import { z } from 'zod';

/** What we read of Mistral's answers, tolerant of everything else. https://docs.mistral.ai/api/#tag/chat */

export const providerName = 'Mistral';

/** Marks its thinking among `reasoning_details`. */
export const reasoningFormat = 'mistral-v1';

const tokens = z.number().int().min(0);

export const usageSchema = z.looseObject({
  prompt_tokens: tokens,
  completion_tokens: tokens.nullish(),
  prompt_tokens_details: z.looseObject({ cached_tokens: tokens.nullish() }).nullish(),
  num_cached_tokens: tokens.nullish(),
});

const toolCall = z.looseObject({
  index: z.number().int().nullish(),
  id: z.string().nullish(),
  type: z.string().nullish(),
  /** Arguments come as text, in older answers as an object. */
  function: z.looseObject({ name: z.string().nullish(), arguments: z.unknown().optional() }).nullish(),
});

const contentPart = z.looseObject({
  type: z.string().nullish(),
  text: z.string().nullish(),
  thinking: z.union([z.string(), z.array(z.looseObject({ text: z.string().nullish() }))]).nullish(),
});

const content = z.union([z.string(), z.array(contentPart)]).nullish();

export type MistralContent = z.infer<typeof content>;

const message = z.looseObject({
  role: z.string().nullish(),
  content,
  tool_calls: z.array(toolCall).nullish(),
});

export type MistralMessage = z.infer<typeof message>;

const choiceMembers = { index: z.number().int().min(0).nullish(), finish_reason: z.string().nullish() };
const answerMembers = {
  id: z.string().nullish(),
  object: z.string().nullish(),
  created: z.number().int().nullish(),
  usage: z.unknown().optional(),
  error: z.unknown().optional(),
};

export const chunkSchema = z.looseObject({
  ...answerMembers,
  choices: z.array(z.looseObject({ ...choiceMembers, delta: message.nullish() })).nullish(),
});

export type MistralChunk = z.infer<typeof chunkSchema>;
export type MistralChunkChoice = NonNullable<MistralChunk['choices']>[number];

export const responseSchema = z.looseObject({
  ...answerMembers,
  choices: z.array(z.looseObject({ ...choiceMembers, message })).min(1),
});

export type MistralResponse = z.infer<typeof responseSchema>;

const invalidField = z.looseObject({
  loc: z.array(z.union([z.string(), z.number()])).nullish(),
  msg: z.string().nullish(),
});
const detail = z.union([z.string(), z.array(invalidField)]);

export type MistralErrorDetail = z.infer<typeof detail>;

/** The service's own errors, those of its validator, and those of the gate before it. */
export const errorSchema = z.looseObject({
  message: z
    .union([z.string(), z.looseObject({ detail: detail.nullish() }), z.array(invalidField)])
    .nullish(),
  detail: detail.nullish(),
  type: z.string().nullish(),
  param: z.string().nullish(),
  code: z.union([z.string(), z.number()]).nullish(),
});
