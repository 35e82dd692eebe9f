import { type NanoUsd, roundUpToNanoUsd, tokensAtPrice } from '@tokenroute/money';
import type { Price } from './price.js';

export interface Quantities {
  inputTokensBound: number;
  outputTokensLimit: number;
}

/** The most a request of these quantities can cost: every input token in the dearest class it could fall into. */
export function ceiling(quantities: Quantities, price: Price): NanoUsd {
  const dearestInput = [price.cachedInput, price.cacheWrite5m, price.cacheWrite1h, price.audioInput].reduce(
    (dearest, rate) => (rate > dearest ? rate : dearest),
    price.input,
  );
  return roundUpToNanoUsd(
    tokensAtPrice(quantities.inputTokensBound, dearestInput),
    tokensAtPrice(quantities.outputTokensLimit, price.output),
  );
}
