import type { Model, QuoteResponse } from '@tokenroute/contracts';
import { formatUsd } from '@tokenroute/money';
import { z } from 'zod';
import { usdText } from '../receipts/cost-details.js';
import type { Quantities } from './quantities.js';

export const chatQuoteSchema = z
  .object({
    object: z.literal('quote'),
    model: z.string(),
    upstream_model: z.string(),
    input_tokens_bound: z.int(),
    output_tokens_limit: z.int(),
    ceiling_usd: usdText.describe('The most the request can cost: what would be held for it.'),
    price_id: z.string(),
    available_usd: usdText,
  })
  .describe('The answer to a dry run. Amounts are exact decimals of USD.');

export type ChatQuote = z.infer<typeof chatQuoteSchema>;

export function toQuote(model: Model, quantities: Quantities, quote: QuoteResponse): ChatQuote {
  return {
    object: 'quote',
    model: model.id,
    upstream_model: model.upstreamModel,
    input_tokens_bound: quantities.inputTokensBound,
    output_tokens_limit: quantities.outputTokensLimit,
    ceiling_usd: formatUsd(quote.ceilingNanoUsd),
    price_id: quote.priceId.toString(),
    available_usd: formatUsd(quote.availableNanoUsd),
  };
}
