import type { Usage } from '@tokenroute/contracts';
import { type NanoUsd, roundUpToNanoUsd, tokensAtPrice } from '@tokenroute/money';
import type { Price } from './price.js';
import { ratesInForce } from './rates-in-force.js';

/**
 * The exact cost of a usage, rounded up once to a nano-USD. Input that is in no special class is ordinary input; classes
 * that claim more than the whole input are still each paid for.
 * @param usedAt when the answer ended
 */
export function cost(usage: Usage, price: Price, usedAt: Date): NanoUsd {
  const rates = ratesInForce(price, usage.inputTokens, usedAt);
  const special =
    usage.cachedInputTokens + usage.cacheWrite5mTokens + usage.cacheWrite1hTokens + usage.audioInputTokens;
  return roundUpToNanoUsd(
    tokensAtPrice(Math.max(0, usage.inputTokens - special), rates.input),
    tokensAtPrice(usage.cachedInputTokens, rates.cachedInput),
    tokensAtPrice(usage.cacheWrite5mTokens, rates.cacheWrite5m),
    tokensAtPrice(usage.cacheWrite1hTokens, rates.cacheWrite1h),
    tokensAtPrice(usage.audioInputTokens, rates.audioInput),
    tokensAtPrice(usage.outputTokens, rates.output),
  );
}
