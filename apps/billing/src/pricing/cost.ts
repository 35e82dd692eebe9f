import type { Usage } from '@tokenroute/contracts';
import { type NanoUsd, roundUpToNanoUsd, tokensAtPrice } from '@tokenroute/money';
import type { Price } from './price.js';

/**
 * The exact cost of a usage, rounded up once to a nano-USD. Input that is in no special class is ordinary input; classes
 * that claim more than the whole input are still each paid for.
 */
export function cost(usage: Usage, price: Price): NanoUsd {
  const special =
    usage.cachedInputTokens + usage.cacheWrite5mTokens + usage.cacheWrite1hTokens + usage.audioInputTokens;
  return roundUpToNanoUsd(
    tokensAtPrice(Math.max(0, usage.inputTokens - special), price.input),
    tokensAtPrice(usage.cachedInputTokens, price.cachedInput),
    tokensAtPrice(usage.cacheWrite5mTokens, price.cacheWrite5m),
    tokensAtPrice(usage.cacheWrite1hTokens, price.cacheWrite1h),
    tokensAtPrice(usage.audioInputTokens, price.audioInput),
    tokensAtPrice(usage.outputTokens, price.output),
  );
}
