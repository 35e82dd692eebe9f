import type { GetHoldResponse, LedgerEntry, Telemetry, Usage } from '@tokenroute/contracts';
import { toContractPrice } from '../catalogue/to-contract-model.js';
import { toContractPricePlan } from '../catalogue/to-contract-price-plan.js';
import type { Hold, HouseLoss } from '../generated/prisma/client.js';
import { costItems } from '../pricing/cost-items.js';
import type { Price } from '../pricing/price.js';
import type { AccountPrice } from '../pricing/price-book.js';
import { fromTelemetryRow } from '../holds/telemetry-row.js';

/** What belongs to a hold. */
export interface ReceiptParts {
  listPrice: Price | null;
  /** The price it is settled at, its plan in the rates. */
  pinned: AccountPrice | null;
  entries: LedgerEntry[];
  loss: HouseLoss | null;
}

/** A row of holds with what belongs to it, as the contract says it. */
export function toReceipt(hold: Hold, parts: ReceiptParts): GetHoldResponse {
  const { listPrice, pinned, entries, loss } = parts;
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
    ...settledWith(hold, pinned?.price ?? null),
    price: listPrice ? toContractPrice(listPrice) : undefined,
    pricePlan: pinned?.plan ? toContractPricePlan(pinned.plan) : undefined,
    entries,
    lossReason: loss?.reason ?? '',
    telemetry: toTelemetry(hold),
  };
}

function settledWith(hold: Hold, price: Price | null): Pick<GetHoldResponse, 'usage' | 'usedAt' | 'items'> {
  if (hold.state !== 'settled') return { items: [] };
  const usage = toUsage(hold);
  // Charges made before the end of an answer was kept: both were the same moment, but for a settlement that had to wait.
  const usedAt = hold.usedAt ?? hold.endedAt!;
  return { usage, usedAt, items: price ? costItems(usage, price, usedAt) : [] };
}

function toTelemetry(hold: Hold): Telemetry | undefined {
  return fromTelemetryRow({
    http_status: hold.httpStatus,
    duration_ms: hold.durationMs,
    first_token_ms: hold.firstTokenMs,
    streamed: hold.streamed,
    finish_reason: hold.finishReason,
    upstream_model: hold.upstreamModel,
  });
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
