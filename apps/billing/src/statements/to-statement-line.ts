import type { StatementCharge, StatementLine } from '@tokenroute/contracts';
import type { MovementRow } from './statement-snapshot.js';

/** A movement as the contract says it. @param balanceNanoUsd after it */
export function toStatementLine(row: MovementRow, balanceNanoUsd: bigint): StatementLine {
  return {
    at: row.created_at,
    kind: row.kind,
    transactionId: row.transaction_id,
    amountNanoUsd: row.amount_nano_usd,
    balanceNanoUsd,
    charge: row.hold_id === null ? undefined : toCharge(row),
  };
}

/** Token counts come from uint32 fields: a number holds them. */
function toCharge(row: MovementRow): StatementCharge {
  return {
    model: row.model ?? '',
    keyId: row.key_id ?? '',
    usage: {
      inputTokens: Number(row.input_tokens ?? 0n),
      cachedInputTokens: Number(row.cached_input_tokens ?? 0n),
      cacheWrite5mTokens: Number(row.cache_write_5m_tokens ?? 0n),
      cacheWrite1hTokens: Number(row.cache_write_1h_tokens ?? 0n),
      audioInputTokens: Number(row.audio_input_tokens ?? 0n),
      outputTokens: Number(row.output_tokens ?? 0n),
      reasoningTokens: Number(row.reasoning_tokens ?? 0n),
      estimated: row.usage_estimated ?? false,
    },
    costNanoUsd: row.cost_nano_usd ?? 0n,
    chargedNanoUsd: row.charged_nano_usd ?? 0n,
  };
}
