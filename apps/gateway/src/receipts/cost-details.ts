import type { CostItem } from '@tokenroute/contracts';
import { formatPicoUsd, formatUsdPerMillion } from '@tokenroute/money';
import { z } from 'zod';

/** An exact decimal of USD. */
export const usdText = z.string().regex(/^\d+(\.\d+)?$/);

export const costDetailsSchema = z
  .object({
    price_id: z.string().describe('The row of the price book that counted.'),
    price_plan_id: z
      .string()
      .optional()
      .describe('The account’s price plan, when it has one: it is in the rates.'),
    items: z.array(
      z.object({
        kind: z
          .enum(['input', 'cached_input', 'cache_write_5m', 'cache_write_1h', 'audio_input', 'output'])
          .describe('`input` is what is in none of the others; `output` includes thinking.'),
        tokens: z.int().min(0),
        usd_per_million: usdText.describe('The rate that counted.'),
        usd: usdText,
      }),
    ),
    estimated: z
      .literal(true)
      .optional()
      .describe('Only when the provider told no usage and the tokens are our own count.'),
  })
  .describe(
    'What a cost is made of: the sum of the items, rounded up once to a nano-USD, is the price of the usage.',
  );

export type CostDetails = z.infer<typeof costDetailsSchema>;

/** What a hold pinned. */
export interface PinnedPrice {
  priceId: bigint;
  pricePlanId?: bigint | undefined;
}

export function toCostDetails(
  { priceId, pricePlanId }: PinnedPrice,
  items: CostItem[],
  estimated: boolean,
): CostDetails {
  return {
    price_id: priceId.toString(),
    ...(pricePlanId !== undefined && { price_plan_id: pricePlanId.toString() }),
    items: items.map(({ kind, tokens, picoUsdPerToken, picoUsd }) => ({
      kind: kind as CostDetails['items'][number]['kind'],
      tokens,
      usd_per_million: formatUsdPerMillion(picoUsdPerToken),
      usd: formatPicoUsd(picoUsd),
    })),
    ...(estimated && { estimated }),
  };
}
