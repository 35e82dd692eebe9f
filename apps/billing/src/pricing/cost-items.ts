import type { Usage } from '@tokenroute/contracts';
import { type PicoUsd, tokensAtPrice } from '@tokenroute/money';
import type { Price } from './price.js';
import { ratesInForce } from './rates-in-force.js';

export type CostItemKind =
  'input' | 'cached_input' | 'cache_write_5m' | 'cache_write_1h' | 'audio_input' | 'output';

/** The tokens of one class and their exact price. */
export interface CostItem {
  kind: CostItemKind;
  tokens: number;
  picoUsdPerToken: PicoUsd;
  picoUsd: PicoUsd;
}

/**
 * What the cost of a usage is made of: every class that has tokens, at the rate in force. Input that is in no special
 * class is ordinary input; classes that claim more than the whole input are still each paid for.
 * @param usedAt when the answer ended
 */
export function costItems(usage: Usage, price: Price, usedAt: Date): CostItem[] {
  const rates = ratesInForce(price, usage.inputTokens, usedAt);
  const special =
    usage.cachedInputTokens + usage.cacheWrite5mTokens + usage.cacheWrite1hTokens + usage.audioInputTokens;
  return [
    item('input', Math.max(0, usage.inputTokens - special), rates.input),
    item('cached_input', usage.cachedInputTokens, rates.cachedInput),
    item('cache_write_5m', usage.cacheWrite5mTokens, rates.cacheWrite5m),
    item('cache_write_1h', usage.cacheWrite1hTokens, rates.cacheWrite1h),
    item('audio_input', usage.audioInputTokens, rates.audioInput),
    item('output', usage.outputTokens, rates.output),
  ].filter(({ tokens }) => tokens > 0);
}

function item(kind: CostItemKind, tokens: number, picoUsdPerToken: PicoUsd): CostItem {
  return { kind, tokens, picoUsdPerToken, picoUsd: tokensAtPrice(tokens, picoUsdPerToken) };
}
