import { z } from 'zod';

/** What we read of OpenAI's answers, tolerant of everything else. https://platform.openai.com/docs/api-reference/chat */

const tokens = z.number().int().min(0);

export const usageSchema = z.looseObject({
  prompt_tokens: tokens.nullish(),
  completion_tokens: tokens.nullish(),
  prompt_tokens_details: z
    .looseObject({ cached_tokens: tokens.nullish(), audio_tokens: tokens.nullish() })
    .nullish(),
  completion_tokens_details: z.looseObject({ reasoning_tokens: tokens.nullish() }).nullish(),
});

export type OpenAiUsage = z.infer<typeof usageSchema>;

const toolCallDelta = z.looseObject({
  function: z.looseObject({ name: z.string().nullish(), arguments: z.string().nullish() }).nullish(),
});

export const chunkSchema = z.looseObject({
  choices: z
    .array(
      z.looseObject({
        delta: z
          .looseObject({
            content: z.string().nullish(),
            refusal: z.string().nullish(),
            tool_calls: z.array(toolCallDelta).nullish(),
          })
          .nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .nullish(),
  usage: z.unknown().optional(),
  error: z.unknown().optional(),
});

export type OpenAiChunk = z.infer<typeof chunkSchema>;

export const responseSchema = z.looseObject({
  choices: z.array(
    z.looseObject({ message: z.looseObject({}).nullish(), finish_reason: z.string().nullish() }),
  ),
  usage: z.unknown().optional(),
});

export const errorSchema = z.looseObject({
  error: z.looseObject({
    message: z.string().nullish(),
    param: z.string().nullish(),
    code: z.union([z.string(), z.number()]).nullish(),
  }),
});
