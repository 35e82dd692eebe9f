import { picoUsd } from '@tokenroute/money';
import type { Price as PriceRow } from '../generated/prisma/client.js';
import { parsePeakHours } from './peak-hours.js';
import type { Price } from './price.js';

/** A row of the price book as the rules take it. */
export function toPrice(row: PriceRow): Price {
  return {
    id: row.id,
    modelId: row.modelId,
    effectiveFrom: row.effectiveFrom,
    source: row.source,
    rates: {
      input: picoUsd(row.inputPicoUsd),
      cachedInput: picoUsd(row.cachedInputPicoUsd),
      cacheWrite5m: picoUsd(row.cacheWrite5mPicoUsd),
      cacheWrite1h: picoUsd(row.cacheWrite1hPicoUsd),
      audioInput: picoUsd(row.audioInputPicoUsd),
      output: picoUsd(row.outputPicoUsd),
    },
    longContext: toLongContext(row),
    peak: row.peakHours ? { hours: parsePeakHours(row.peakHours), percent: BigInt(row.peakPercent!) } : null,
  };
}

/** A constraint of the table sees to it that either all or none of these columns are set. */
function toLongContext(row: PriceRow): Price['longContext'] {
  if (row.longContextAboveTokens === null) return null;
  return {
    aboveTokens: row.longContextAboveTokens,
    rates: {
      input: picoUsd(row.longInputPicoUsd!),
      cachedInput: picoUsd(row.longCachedInputPicoUsd!),
      cacheWrite5m: picoUsd(row.longCacheWrite5mPicoUsd!),
      cacheWrite1h: picoUsd(row.longCacheWrite1hPicoUsd!),
      audioInput: picoUsd(row.longAudioInputPicoUsd!),
      output: picoUsd(row.longOutputPicoUsd!),
    },
  };
}
