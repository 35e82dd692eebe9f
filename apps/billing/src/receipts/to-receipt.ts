import type { GetHoldResponse, LedgerEntry, Usage } from '@tokenroute/contracts';
import { toContractPrice } from '../catalogue/to-contract-model.js';
import type { Hold } from '../generated/prisma/client.js';
import { costItems } from '../pricing/cost-items.js';
import type { Price } from '../pricing/price.js';

/** A row of holds with what belongs to it, as the contract says it. */
export function toReceipt(hold: Hold, price: Price | null, entries: LedgerEntry[]): GetHoldResponse {
  return {
    id: hold.id,
    accountId: hold.accountId,
    keyId: hold.keyId ?? '',
    model: hold.model ?? '',
    state: hold.state,
    amountNanoUsd: hold.amountNanoUsd,
    priceId: hold.priceId ?? 0n,
    costNanoUsd: hold.costNanoUsd ?? 0n,
    chargedNanoUsd: hold.chargedNanoUsd ?? 0n,
    createdAt: hold.createdAt,
    endedAt: hold.endedAt ?? undefined,
    ...settledWith(hold, price),
    price: price ? toContractPrice(price) : undefined,
    entries,
  };
}

function settledWith(hold: Hold, price: Price | null): Pick<GetHoldResponse, 'usage' | 'usedAt' | 'items'> {
  if (hold.state !== 'settled') return { items: [] };
  const usage = toUsage(hold);
  // Charges made before the end of an answer was kept: both were the same moment, but for a settlement that had to wait.
  const usedAt = hold.usedAt ?? hold.endedAt!;
  return { usage, usedAt, items: price ? costItems(usage, price, usedAt) : [] };
}

/** Token counts come from uint32 fields: a number holds them. */
function toUsage(hold: Hold): Usage {
  return {
    inputTokens: Number(hold.inputTokens),
    cachedInputTokens: Number(hold.cachedInputTokens),
    cacheWrite5mTokens: Number(hold.cacheWrite5mTokens),
    cacheWrite1hTokens: Number(hold.cacheWrite1hTokens),
    audioInputTokens: Number(hold.audioInputTokens),
    outputTokens: Number(hold.outputTokens),
    reasoningTokens: Number(hold.reasoningTokens),
    estimated: hold.usageEstimated ?? false,
  };
}
