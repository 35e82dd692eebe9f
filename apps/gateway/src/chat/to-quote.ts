import type { Model, QuoteResponse } from '@tokenroute/contracts';
import { formatUsd } from '@tokenroute/money';
import type { Quantities } from './quantities.js';

/** The answer to a dry run. Amounts are exact decimal strings of USD. */
export interface ChatQuote {
  object: 'quote';
  model: string;
  upstream_model: string;
  input_tokens_bound: number;
  output_tokens_limit: number;
  /** The most the request can cost: what would be held for it. */
  ceiling_usd: string;
  price_id: string;
  available_usd: string;
}

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
