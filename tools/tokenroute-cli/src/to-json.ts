import type {
  Account,
  ApiKey,
  CostItem,
  DeadLetter,
  GetHoldResponse,
  InvariantResult,
  KeyEvent,
  LedgerEntry,
  Model,
  Price,
  PricePlan,
  Rates,
} from '@tokenroute/contracts';
import { formatPicoUsd, formatUsd, formatUsdPerMillion } from '@tokenroute/money';
import { toUsageJson } from '@tokenroute/statement-text';

// What --json prints. Amounts are exact decimal strings of USD: a JSON number would be read as a float.

export function toAccountJson(account: Account) {
  return {
    id: account.id,
    email: account.email,
    balance_usd: formatUsd(account.balanceNanoUsd),
    held_usd: formatUsd(account.heldNanoUsd),
    available_usd: formatUsd(account.balanceNanoUsd - account.heldNanoUsd),
    created_at: account.createdAt?.toISOString() ?? null,
  };
}

/** Limits are null where there is none; an empty `models` means every model. */
export function toKeyJson(key: ApiKey) {
  return {
    id: key.id,
    account_id: key.accountId,
    name: key.name,
    display: key.display,
    rpm: key.requestsPerMinute ?? null,
    tpm: key.tokensPerMinute ?? null,
    models: key.allowedModels,
    created_at: key.createdAt?.toISOString() ?? null,
    expires_at: key.expiresAt?.toISOString() ?? null,
    revoked_at: key.revokedAt?.toISOString() ?? null,
    monthly_budget_usd: key.monthlyBudgetNanoUsd === undefined ? null : formatUsd(key.monthlyBudgetNanoUsd),
    disabled: key.disabled,
    created_by: key.createdBy || null,
    last_used_at: key.lastUsedAt?.toISOString() ?? null,
    rotated_to: key.rotatedTo || null,
  };
}

/** A change of a key. */
export function toKeyEventJson(event: KeyEvent) {
  return {
    at: event.at?.toISOString() ?? null,
    kind: event.kind,
    by: event.author?.name || null,
    from: event.author?.address || null,
    detail: JSON.parse(event.detail || '{}') as unknown,
  };
}

/** Prices in USD per million tokens; null for a model that has none in force. */
export function toModelJson(model: Model) {
  const { price } = model;
  return {
    id: model.id,
    provider: model.provider,
    upstream_model: model.upstreamModel,
    owned_by: model.ownedBy,
    context_tokens: model.contextTokens,
    max_output_tokens: model.maxOutputTokens,
    capabilities: model.capabilities,
    deprecated_at: model.deprecatedAt?.toISOString() ?? null,
    replaced_by: model.replacedBy || null,
    retired_at: model.retiredAt?.toISOString() ?? null,
    price: price ? toPriceJson(price) : null,
  };
}

/** A row of the price book. */
export function toPriceJson(price: Price) {
  return {
    id: price.id.toString(),
    ...toRatesJson(price.rates),
    long_context_above_tokens: price.longContextAboveTokens || null,
    long_context: price.longContextRates ? toRatesJson(price.longContextRates) : null,
    peak_hours_utc: price.peakHours || null,
    peak_percent: price.peakPercent || null,
    effective_from: price.effectiveFrom?.toISOString() ?? null,
    source: price.source,
  };
}

/** What an account pays of the list price; `model` is null for every model. */
export function toPricePlanJson(plan: PricePlan) {
  return {
    id: plan.id.toString(),
    account_id: plan.accountId,
    model: plan.model || null,
    percent: (plan.basisPoints / 100).toString(),
    effective_from: plan.effectiveFrom?.toISOString() ?? null,
    reason: plan.reason,
  };
}

function toRatesJson(rates: Rates | undefined) {
  return {
    input_usd_per_million: formatUsdPerMillion(rates?.inputPicoUsd ?? 0n),
    cached_input_usd_per_million: formatUsdPerMillion(rates?.cachedInputPicoUsd ?? 0n),
    cache_write_5m_usd_per_million: formatUsdPerMillion(rates?.cacheWrite5mPicoUsd ?? 0n),
    cache_write_1h_usd_per_million: formatUsdPerMillion(rates?.cacheWrite1hPicoUsd ?? 0n),
    audio_input_usd_per_million: formatUsdPerMillion(rates?.audioInputPicoUsd ?? 0n),
    output_usd_per_million: formatUsdPerMillion(rates?.outputPicoUsd ?? 0n),
  };
}

/** A request's money: what was held, at which price, what was used, what that moved. Null is what there is not (yet). */
export function toReceiptJson(hold: GetHoldResponse) {
  const { usage, price } = hold;
  return {
    id: hold.id,
    account_id: hold.accountId,
    key_id: hold.keyId || null,
    model: hold.model || null,
    state: hold.state,
    created_at: hold.createdAt?.toISOString() ?? null,
    used_at: hold.usedAt?.toISOString() ?? null,
    ended_at: hold.endedAt?.toISOString() ?? null,
    hold_usd: formatUsd(hold.amountNanoUsd),
    cost_usd: usage ? formatUsd(hold.costNanoUsd) : null,
    charged_usd: usage ? formatUsd(hold.chargedNanoUsd) : null,
    usage: usage ? toUsageJson(usage) : null,
    items: hold.items.map(toCostItemJson),
    price: price ? toPriceJson(price) : null,
    price_plan: hold.pricePlan ? toPricePlanJson(hold.pricePlan) : null,
    house_loss_reason: hold.lossReason || null,
    entries: hold.entries.map(toEntryJson),
  };
}

function toCostItemJson(item: CostItem) {
  return {
    kind: item.kind,
    tokens: item.tokens,
    usd_per_million: formatUsdPerMillion(item.picoUsdPerToken),
    usd: formatPicoUsd(item.picoUsd),
  };
}

function toEntryJson(entry: LedgerEntry) {
  return {
    account_id: entry.accountId,
    account_kind: entry.accountKind,
    amount_usd: formatUsd(entry.amountNanoUsd),
    created_at: entry.createdAt?.toISOString() ?? null,
  };
}

/** A settlement that could not be charged. `settlements` is empty when its payload cannot be read. */
export function toDeadLetterJson(letter: DeadLetter) {
  return {
    id: letter.id.toString(),
    received_at: letter.receivedAt?.toISOString() ?? null,
    reason: letter.reason,
    attempts: letter.attempts,
    replayed_at: letter.replayedAt?.toISOString() ?? null,
    outcome: letter.outcome || null,
    settlements: letter.settlements.map((settlement) => ({
      request_id: settlement.holdId,
      account_id: settlement.accountId,
      key_id: settlement.keyId || null,
      model: settlement.model,
      price_id: settlement.priceId.toString(),
      usage: settlement.usage ? toUsageJson(settlement.usage) : null,
    })),
    payload_base64: Buffer.from(letter.payload).toString('base64'),
  };
}

export function toInvariantJson(result: InvariantResult) {
  return {
    invariant: result.invariant,
    violations: result.violations,
    rows: result.rows.map(readRow),
  };
}

/**
 * A row comes as JSON; a row that is not is still shown. Whole numbers that a JavaScript number might not hold become
 * strings: a wrong amount in a proof would send its reader the wrong way.
 */
function readRow(row: string): unknown {
  try {
    return JSON.parse(row.replace(/(?<=[:[,]\s*)-?\d{16,}(?=\s*[,}\]])/g, '"$&"'));
  } catch {
    return row;
  }
}
