import { divideRoundUp, type PicoUsd, picoUsd } from '@tokenroute/money';
import type { Price, Rates } from './price.js';

/** What an account pays of the list price. Rows never change; a hold pins one by id. */
export interface PricePlan {
  id: bigint;
  accountId: string;
  /** Null: every model. */
  modelId: string | null;
  /** Hundredths of a percent: 10,000 is the list price. */
  basisPoints: bigint;
  effectiveFrom: Date;
  reason: string;
}

const listPrice = 10_000n;

/**
 * The plan that counts for a model at a time: one for the model goes before one for all.
 * @param plans of one account, the newest first
 */
export function planInForce(plans: readonly PricePlan[], modelId: string, at: Date): PricePlan | null {
  const begun = plans.filter((plan) => plan.effectiveFrom <= at);
  return (
    begun.find((plan) => plan.modelId === modelId) ?? begun.find((plan) => plan.modelId === null) ?? null
  );
}

/** A price as an account pays it: each rate in whole pico-USD, rounded up where a fraction is left. */
export function withPlan(price: Price, { basisPoints }: PricePlan): Price {
  const { rates, longContext } = price;
  return {
    ...price,
    rates: scaledRates(rates, basisPoints),
    longContext: longContext && { ...longContext, rates: scaledRates(longContext.rates, basisPoints) },
  };
}

function scaledRates(rates: Rates, basisPoints: bigint): Rates {
  const scaled = (rate: PicoUsd) => picoUsd(divideRoundUp(rate * basisPoints, listPrice));
  return {
    input: scaled(rates.input),
    cachedInput: scaled(rates.cachedInput),
    cacheWrite5m: scaled(rates.cacheWrite5m),
    cacheWrite1h: scaled(rates.cacheWrite1h),
    audioInput: scaled(rates.audioInput),
    output: scaled(rates.output),
  };
}
