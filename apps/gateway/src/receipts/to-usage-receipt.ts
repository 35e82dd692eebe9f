import type { GetHoldResponse, Usage } from '@tokenroute/contracts';
import { formatUsd } from '@tokenroute/money';
import { type CostDetails, toCostDetails } from './cost-details.js';

/** What became of a request, for the customer who made it. Amounts are exact decimal strings of USD. */
export interface UsageReceipt {
  /** The request's id. */
  id: string;
  object: 'usage';
  /** Null for a request that was given up before its hold was taken. */
  model: string | null;
  /** held: under way, or its charge still waits to be written. */
  state: string;
  /** ISO 8601. */
  created_at: string | null;
  ended_at: string | null;
  hold_usd: string;
  /** The price of the usage; null while it is not known. */
  cost: string | null;
  /** What was paid: the cost, unless hold and balance together did not cover it. */
  charged: string | null;
  estimated: boolean;
  usage: Record<string, number> | null;
  cost_details: CostDetails | null;
}

export function toUsageReceipt(hold: GetHoldResponse): UsageReceipt {
  const { usage } = hold;
  const open = hold.state === 'held';
  return {
    id: hold.id,
    object: 'usage',
    model: hold.model || null,
    state: hold.state,
    created_at: hold.createdAt?.toISOString() ?? null,
    ended_at: hold.endedAt?.toISOString() ?? null,
    hold_usd: formatUsd(hold.amountNanoUsd),
    cost: open ? null : formatUsd(hold.costNanoUsd),
    charged: open ? null : formatUsd(hold.chargedNanoUsd),
    estimated: usage?.estimated ?? false,
    usage: usage ? toTokenCounts(usage) : null,
    cost_details: usage ? toCostDetails(hold.priceId, hold.items, usage.estimated) : null,
  };
}

function toTokenCounts(usage: Usage): Record<string, number> {
  return {
    input_tokens: usage.inputTokens,
    cached_input_tokens: usage.cachedInputTokens,
    cache_write_5m_tokens: usage.cacheWrite5mTokens,
    cache_write_1h_tokens: usage.cacheWrite1hTokens,
    audio_input_tokens: usage.audioInputTokens,
    output_tokens: usage.outputTokens,
    reasoning_tokens: usage.reasoningTokens,
  };
}
