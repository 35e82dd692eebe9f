import type { Rates } from '@tokenroute/contracts';
import { type NanoUsd, picoUsd, roundUpToNanoUsd, tokensAtPrice } from '@tokenroute/money';
import type { Served } from './orders.js';
import { type ServedUsage, usageOfStream, usageOfVariant } from './usage-variants.js';

/** What customers have to be charged for what the upstream says it served: each answer rounded up by itself. */
export function expectedCharges(served: Served, rates: Rates): bigint {
  const plain = served.plain.map((count, variant) => BigInt(count) * priceOf(usageOfVariant(variant), rates));
  const streams = Object.entries(served.streams).map(
    ([chunks, count]) => BigInt(count) * priceOf(usageOfStream(Number(chunks)), rates),
  );
  return [...plain, ...streams].reduce((sum, charge) => sum + charge, 0n);
}

export function answersServed(served: Served): number {
  return [...served.plain, ...Object.values(served.streams)].reduce((sum, count) => sum + count, 0);
}

function priceOf({ promptTokens, cachedTokens, completionTokens }: ServedUsage, rates: Rates): NanoUsd {
  return roundUpToNanoUsd(
    tokensAtPrice(promptTokens - cachedTokens, picoUsd(rates.inputPicoUsd)),
    tokensAtPrice(cachedTokens, picoUsd(rates.cachedInputPicoUsd)),
    tokensAtPrice(completionTokens, picoUsd(rates.outputPicoUsd)),
  );
}
