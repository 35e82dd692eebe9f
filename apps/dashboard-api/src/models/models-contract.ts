import { z } from 'zod';
import { picoUsdText, timestamp } from '../contract-primitives.js';

/** Pico-USD per token: a price per million tokens with six decimals is exact. */
const rates = z.object({
  inputPicoUsd: picoUsdText,
  cachedInputPicoUsd: picoUsdText,
  cacheWrite5mPicoUsd: picoUsdText,
  cacheWrite1hPicoUsd: picoUsdText,
  audioInputPicoUsd: picoUsdText,
  outputPicoUsd: picoUsdText,
});

export const priceAnswer = z.object({
  rates,
  /** For the whole request when its input has more tokens than that; null: there is no such tier. */
  longContext: z.object({ aboveTokens: z.int(), rates }).nullable(),
  /** Hours in UTC in which every rate is so many percent of what it is else. */
  peak: z.object({ hours: z.string(), percent: z.int() }).nullable(),
  effectiveFrom: timestamp,
});

export const modelsAnswer = z
  .object({
    models: z.array(
      z.object({
        id: z.string(),
        provider: z.string(),
        upstreamModel: z.string(),
        contextTokens: z.int(),
        maxOutputTokens: z.int(),
        capabilities: z.array(z.string()),
        /** From then on the provider may end it; null: no end is known. */
        deprecatedAt: timestamp.nullable(),
        replacedBy: z.string().nullable(),
        /** What this account pays. */
        price: priceAnswer,
      }),
    ),
  })
  .meta({ id: 'Models' });

export type PriceAnswer = z.infer<typeof priceAnswer>;
export type ModelsAnswer = z.infer<typeof modelsAnswer>;
