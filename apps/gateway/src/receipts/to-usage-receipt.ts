import type { GetHoldResponse, Usage } from '@tokenroute/contracts';
import { formatUsd } from '@tokenroute/money';
import { z } from 'zod';
import { costDetailsSchema, toCostDetails, usdText } from './cost-details.js';

const tokens = z.int().min(0);

export const usageReceiptSchema = z
  .object({
    id: z.string().describe('The request’s id.'),
    object: z.literal('usage'),
    model: z.string().nullable().describe('Null for a request that was given up before its hold was taken.'),
    state: z
      .enum(['held', 'settled', 'released', 'expired'])
      .describe('`held`: under way, or its charge still waits to be written.'),
    created_at: z.iso.datetime().nullable(),
    ended_at: z.iso.datetime().nullable(),
    hold_usd: usdText,
    cost: usdText.nullable().describe('The price of the usage; null while it is not known.'),
    charged: usdText
      .nullable()
      .describe('What was paid: the cost, unless hold and balance together did not cover it.'),
    estimated: z.boolean(),
    usage: z
      .object({
        input_tokens: tokens,
        cached_input_tokens: tokens,
        cache_write_5m_tokens: tokens,
        cache_write_1h_tokens: tokens,
        audio_input_tokens: tokens,
        output_tokens: tokens,
        reasoning_tokens: tokens,
      })
      .nullable(),
    cost_details: costDetailsSchema.nullable(),
  })
  .describe('What became of a request. Amounts are exact decimals of USD.');

export type UsageReceipt = z.infer<typeof usageReceiptSchema>;

export function toUsageReceipt(hold: GetHoldResponse): UsageReceipt {
  const { usage } = hold;
  const open = hold.state === 'held';
  return {
    id: hold.id,
    object: 'usage',
    model: hold.model || null,
    state: hold.state as UsageReceipt['state'],
    created_at: hold.createdAt?.toISOString() ?? null,
    ended_at: hold.endedAt?.toISOString() ?? null,
    hold_usd: formatUsd(hold.amountNanoUsd),
    cost: open ? null : formatUsd(hold.costNanoUsd),
    charged: open ? null : formatUsd(hold.chargedNanoUsd),
    estimated: usage?.estimated ?? false,
    usage: usage ? toTokenCounts(usage) : null,
    cost_details: usage
      ? toCostDetails({ priceId: hold.priceId, pricePlanId: hold.pricePlan?.id }, hold.items, usage.estimated)
      : null,
  };
}

function toTokenCounts(usage: Usage): NonNullable<UsageReceipt['usage']> {
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
