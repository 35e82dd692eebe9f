import { divideRoundUp, type PicoUsd, picoUsd } from '@tokenroute/money';
import { isPeak } from './peak-hours.js';
import type { Price, Rates } from './price.js';

/** The rates of a request by the size of its input and the time at which its answer ended. */
export function ratesInForce(price: Price, inputTokens: number, usedAt: Date): Rates {
  const { longContext, peak } = price;
  const tier = longContext && inputTokens > longContext.aboveTokens ? longContext.rates : price.rates;
  if (!peak || !isPeak(peak.hours, usedAt)) return tier;
  return {
    input: scaled(tier.input, peak.percent),
    cachedInput: scaled(tier.cachedInput, peak.percent),
    cacheWrite5m: scaled(tier.cacheWrite5m, peak.percent),
    cacheWrite1h: scaled(tier.cacheWrite1h, peak.percent),
    audioInput: scaled(tier.audioInput, peak.percent),
    output: scaled(tier.output, peak.percent),
  };
}

/** A rate at so many percent, whole pico-USD, rounded up where a fraction is left. */
export function scaled(rate: PicoUsd, percent: bigint): PicoUsd {
  return picoUsd(divideRoundUp(rate * percent, 100n));
}
