import type { Model, Price, Rates } from '@tokenroute/contracts';
import { timestampOf } from '../contract-primitives.js';
import type { ModelsAnswer, PriceAnswer } from './models-contract.js';

type ModelAnswer = ModelsAnswer['models'][number];

/** In the order of their ids. A model without a price is not on offer. */
export function toModelsAnswer(models: Model[]): ModelsAnswer {
  const answers = models.flatMap((model) => (model.price ? [toModelAnswer(model, model.price)] : []));
  return { models: answers.sort((left, right) => left.id.localeCompare(right.id)) };
}

function toModelAnswer(model: Model, price: Price): ModelAnswer {
  return {
    id: model.id,
    provider: model.provider,
    upstreamModel: model.upstreamModel,
    contextTokens: model.contextTokens,
    maxOutputTokens: model.maxOutputTokens,
    capabilities: model.capabilities,
    deprecatedAt: timestampOf(model.deprecatedAt),
    replacedBy: model.replacedBy || null,
    price: toPriceAnswer(price),
  };
}

export function toPriceAnswer(price: Price): PriceAnswer {
  return {
    rates: toRatesAnswer(price.rates!),
    longContext: price.longContextRates
      ? { aboveTokens: price.longContextAboveTokens, rates: toRatesAnswer(price.longContextRates) }
      : null,
    peak: price.peakHours ? { hours: price.peakHours, percent: price.peakPercent } : null,
    effectiveFrom: price.effectiveFrom!.toISOString(),
  };
}

function toRatesAnswer(rates: Rates): PriceAnswer['rates'] {
  return {
    inputPicoUsd: rates.inputPicoUsd.toString(),
    cachedInputPicoUsd: rates.cachedInputPicoUsd.toString(),
    cacheWrite5mPicoUsd: rates.cacheWrite5mPicoUsd.toString(),
    cacheWrite1hPicoUsd: rates.cacheWrite1hPicoUsd.toString(),
    audioInputPicoUsd: rates.audioInputPicoUsd.toString(),
    outputPicoUsd: rates.outputPicoUsd.toString(),
  };
}
