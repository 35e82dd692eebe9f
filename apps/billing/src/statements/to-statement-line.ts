import type { StatementCharge, StatementLine } from '@tokenroute/contracts';
import type { MovementRow } from './statement-snapshot.js';
import { fromTokenColumns } from '../usage/token-columns.js';

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

function toCharge(row: MovementRow): StatementCharge {
  return {
    model: row.model ?? '',
    keyId: row.key_id ?? '',
    usage: fromTokenColumns(row, row.usage_estimated ?? false),
    costNanoUsd: row.cost_nano_usd ?? 0n,
    chargedNanoUsd: row.charged_nano_usd ?? 0n,
  };
}
