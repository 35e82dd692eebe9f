import { type NanoUsd, type PicoUsd, picoUsd, roundUpToNanoUsd, tokensAtPrice } from '@tokenroute/money';
import type { Price, Rates } from './price.js';
import { scaled } from './rates-in-force.js';

export interface Quantities {
  inputTokensBound: number;
  outputTokensLimit: number;
}

/**
 * The most a request of these quantities can cost: every input token in the dearest class it could fall into, in the
 * dearest tier its size allows, in the dearest hour.
 */
export function ceiling(quantities: Quantities, price: Price): NanoUsd {
  const { rates, longContext, peak } = price;
  const tiers = [rates];
  if (longContext && quantities.inputTokensBound > longContext.aboveTokens) tiers.push(longContext.rates);
  const input = dearest(tiers.flatMap(inputRates));
  const output = dearest(tiers.map((tier) => tier.output));
  const percent = peak?.percent ?? 100n;
  return roundUpToNanoUsd(
    tokensAtPrice(quantities.inputTokensBound, scaled(input, percent)),
    tokensAtPrice(quantities.outputTokensLimit, scaled(output, percent)),
  );
}

function inputRates(rates: Rates): PicoUsd[] {
  return [rates.input, rates.cachedInput, rates.cacheWrite5m, rates.cacheWrite1h, rates.audioInput];
}

function dearest(rates: PicoUsd[]): PicoUsd {
  return rates.reduce((most, rate) => (rate > most ? rate : most), picoUsd(0n));
}
