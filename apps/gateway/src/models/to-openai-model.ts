import type { Model, Price, Rates } from '@tokenroute/contracts';
import { formatUsdPerMillion } from '@tokenroute/money';

/** A model in OpenAI's list shape, with what a customer needs to choose as extra fields. */
export interface OpenAiModel {
  id: string;
  object: 'model';
  /** Unix seconds. */
  created: number;
  owned_by: string;
  /** What answers under this id today. */
  upstream_model: string;
  context_length: number;
  max_output_tokens: number;
  capabilities: string[];
  /** USD per million tokens, exact decimals. */
  pricing: Record<string, unknown> | null;
  /** ISO 8601; null: no end is known. */
  deprecated: string | null;
  replaced_by: string | null;
}

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
    pricing: model.price ? toPricing(model.price) : null,
    deprecated: model.deprecatedAt?.toISOString() ?? null,
    replaced_by: model.replacedBy || null,
  };
}

function toPricing(price: Price): Record<string, unknown> {
  return {
    unit: 'usd_per_million_tokens',
    ...toRates(price.rates),
    ...(price.longContextRates && {
      long_context: { above_input_tokens: price.longContextAboveTokens, ...toRates(price.longContextRates) },
    }),
    ...(price.peakHours && { peak: { hours_utc: price.peakHours, percent: price.peakPercent } }),
  };
}

function toRates(rates: Rates | undefined): Record<string, string> {
  if (!rates) return {};
  return {
    input: formatUsdPerMillion(rates.inputPicoUsd),
    cached_input: formatUsdPerMillion(rates.cachedInputPicoUsd),
    cache_write_5m: formatUsdPerMillion(rates.cacheWrite5mPicoUsd),
    cache_write_1h: formatUsdPerMillion(rates.cacheWrite1hPicoUsd),
    audio_input: formatUsdPerMillion(rates.audioInputPicoUsd),
    output: formatUsdPerMillion(rates.outputPicoUsd),
  };
}
