import type { Model, Price as ContractPrice, Rates as ContractRates } from '@tokenroute/contracts';
import type { Price, Rates } from '../pricing/price.js';
import type { ModelFields } from './model-changes.js';

/** A row of the catalogue with the price in force, as the contract says it. */
export function toContractModel(row: ModelFields & { createdAt: Date }, price: Price | null): Model {
  const { deprecatedAt, replacedById, retiredAt, ...model } = row;
  return {
    ...model,
    deprecatedAt: deprecatedAt ?? undefined,
    replacedBy: replacedById ?? '',
    retiredAt: retiredAt ?? undefined,
    price: price ? toContractPrice(price) : undefined,
  };
}

export function toContractPrice(price: Price): ContractPrice {
  const { longContext, peak } = price;
  return {
    id: price.id,
    rates: toContractRates(price.rates),
    longContextRates: longContext ? toContractRates(longContext.rates) : undefined,
    longContextAboveTokens: longContext?.aboveTokens ?? 0,
    peakHours: peak?.hours.text ?? '',
    peakPercent: peak ? Number(peak.percent) : 0,
    effectiveFrom: price.effectiveFrom,
    source: price.source,
  };
}

function toContractRates(rates: Rates): ContractRates {
  return {
    inputPicoUsd: rates.input,
    cachedInputPicoUsd: rates.cachedInput,
    cacheWrite5mPicoUsd: rates.cacheWrite5m,
    cacheWrite1hPicoUsd: rates.cacheWrite1h,
    audioInputPicoUsd: rates.audioInput,
    outputPicoUsd: rates.output,
  };
}
