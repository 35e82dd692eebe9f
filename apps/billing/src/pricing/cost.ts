import type { Usage } from '@tokenroute/contracts';
import { type NanoUsd, roundUpToNanoUsd } from '@tokenroute/money';
import { costItems } from './cost-items.js';
import type { Price } from './price.js';

/**
 * The exact cost of a usage, rounded up once to a nano-USD.
 * @param usedAt when the answer ended
 */
export function cost(usage: Usage, price: Price, usedAt: Date): NanoUsd {
  return roundUpToNanoUsd(...costItems(usage, price, usedAt).map(({ picoUsd }) => picoUsd));
}
