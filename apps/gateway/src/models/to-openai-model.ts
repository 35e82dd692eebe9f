import type { Model, Price, Rates } from '@tokenroute/contracts';
import { formatUsdPerMillion } from '@tokenroute/money';
import { z } from 'zod';
import { usdText } from '../receipts/cost-details.js';

const ratesSchema = z.object({
  input: usdText,
  cached_input: usdText,
  cache_write_5m: usdText,
  cache_write_1h: usdText,
  audio_input: usdText,
  output: usdText,
});

export const pricingSchema = ratesSchema
  .extend({
    unit: z.literal('usd_per_million_tokens'),
    long_context: ratesSchema
      .extend({ above_input_tokens: z.int() })
      .optional()
      .describe('For the whole request when its input has more tokens than that.'),
    peak: z
      .object({ hours_utc: z.string(), percent: z.int() })
      .optional()
      .describe('In these hours every rate is so many percent of what it is else.'),
  })
  .describe('USD per million tokens, exact decimals.');

/** A model in OpenAI's list shape, with what a customer needs to choose as extra fields. */
export const openAiModelSchema = z.object({
  id: z.string(),
  object: z.literal('model'),
  created: z.int().describe('Unix seconds.'),
  owned_by: z.string(),
  upstream_model: z.string().describe('What answers under this id today.'),
  context_length: z.int(),
  max_output_tokens: z.int(),
  capabilities: z.array(z.string()),
  pricing: pricingSchema.nullable().describe('What this account pays.'),
  deprecated: z.iso
    .datetime()
    .nullable()
    .describe('From then on the provider may end it; null: no end is known.'),
  replaced_by: z.string().nullable(),
});

export const openAiModelListSchema = z.object({
  object: z.literal('list'),
  data: z.array(openAiModelSchema),
});

export type OpenAiModel = z.infer<typeof openAiModelSchema>;
export type OpenAiModelList = z.infer<typeof openAiModelListSchema>;

export function toOpenAiModel(model: Model): OpenAiModel {
  return {
    id: model.id,
    object: 'model',
    created: Math.floor((model.createdAt?.getTime() ?? 0) / 1_000),
    owned_by: model.ownedBy,
    upstream_model: model.upstreamModel,
    context_length: model.contextTokens,
    max_output_tokens: model.maxOutputTokens,
    capabilities: model.capabilities,
    pricing: model.price?.rates ? toPricing(model.price, model.price.rates) : null,
    deprecated: model.deprecatedAt?.toISOString() ?? null,
    replaced_by: model.replacedBy || null,
  };
}

function toPricing(price: Price, rates: Rates): z.infer<typeof pricingSchema> {
  return {
    unit: 'usd_per_million_tokens',
    ...toRates(rates),
    ...(price.longContextRates && {
      long_context: { above_input_tokens: price.longContextAboveTokens, ...toRates(price.longContextRates) },
    }),
    ...(price.peakHours && { peak: { hours_utc: price.peakHours, percent: price.peakPercent } }),
  };
}

function toRates(rates: Rates): z.infer<typeof ratesSchema> {
  return {
    input: formatUsdPerMillion(rates.inputPicoUsd),
    cached_input: formatUsdPerMillion(rates.cachedInputPicoUsd),
    cache_write_5m: formatUsdPerMillion(rates.cacheWrite5mPicoUsd),
    cache_write_1h: formatUsdPerMillion(rates.cacheWrite1hPicoUsd),
    audio_input: formatUsdPerMillion(rates.audioInputPicoUsd),
    output: formatUsdPerMillion(rates.outputPicoUsd),
  };
}
