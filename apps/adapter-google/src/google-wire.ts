import { z } from 'zod';

/** What we read of Gemini's answers, tolerant of everything else. https://ai.google.dev/api/generate-content */

const tokens = z.number().int().min(0);

const part = z.looseObject({
  text: z.string().nullish(),
  /** The text is a summary of what was thought. */
  thought: z.boolean().nullish(),
  thoughtSignature: z.string().nullish(),
  functionCall: z
    .looseObject({
      id: z.string().nullish(),
      name: z.string(),
      args: z.record(z.string(), z.unknown()).nullish(),
    })
    .nullish(),
});

const candidate = z.looseObject({
  index: z.number().int().min(0).nullish(),
  content: z.looseObject({ parts: z.array(part).nullish() }).nullish(),
  finishReason: z.string().nullish(),
  finishMessage: z.string().nullish(),
});

export const answerSchema = z.looseObject({
  candidates: z.array(candidate).nullish(),
  promptFeedback: z.looseObject({ blockReason: z.string().nullish() }).nullish(),
  usageMetadata: z.unknown().optional(),
  error: z.unknown().optional(),
});

export type GoogleAnswer = z.infer<typeof answerSchema>;
export type GoogleCandidate = z.infer<typeof candidate>;
export type GoogleAnswerPart = z.infer<typeof part>;

const modalities = z
  .array(z.looseObject({ modality: z.string().nullish(), tokenCount: tokens.nullish() }))
  .nullish();

export const usageSchema = z.looseObject({
  promptTokenCount: tokens.nullish(),
  cachedContentTokenCount: tokens.nullish(),
  candidatesTokenCount: tokens.nullish(),
  toolUsePromptTokenCount: tokens.nullish(),
  thoughtsTokenCount: tokens.nullish(),
  promptTokensDetails: modalities,
  cacheTokensDetails: modalities,
  toolUsePromptTokensDetails: modalities,
});

export type GoogleUsage = z.infer<typeof usageSchema>;

export const errorSchema = z.looseObject({
  error: z.looseObject({
    code: z.number().nullish(),
    message: z.string().nullish(),
    status: z.string().nullish(),
    details: z
      .array(z.looseObject({ reason: z.string().nullish(), retryDelay: z.string().nullish() }))
      .nullish(),
  }),
});
