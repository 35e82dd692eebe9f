import type { CostItem } from '@tokenroute/contracts';
import { formatPicoUsd, formatUsdPerMillion } from '@tokenroute/money';

/** What a cost is made of: the sum of the items, rounded up once to a nano-USD, is the price of the usage. */
export interface CostDetails {
  /** The row of the price book that counted. */
  price_id: string;
  items: CostDetailsItem[];
  /** Only when the provider told no usage and the tokens are our own count. */
  estimated?: true;
}

export interface CostDetailsItem {
  /** input, cached_input, cache_write_5m, cache_write_1h, audio_input or output. */
  kind: string;
  tokens: number;
  /** Exact decimals. */
  usd_per_million: string;
  usd: string;
}

export function toCostDetails(priceId: bigint, items: CostItem[], estimated: boolean): CostDetails {
  return {
    price_id: priceId.toString(),
    items: items.map(({ kind, tokens, picoUsdPerToken, picoUsd }) => ({
      kind,
      tokens,
      usd_per_million: formatUsdPerMillion(picoUsdPerToken),
      usd: formatPicoUsd(picoUsd),
    })),
    ...(estimated && { estimated }),
  };
}
