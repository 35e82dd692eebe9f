import { Inject, Injectable } from '@nestjs/common';
import type { TopUpSettings } from '@tokenroute/contracts';
import type { PostgresPool } from '@tokenroute/service-kit';
import { queryWithinAccount } from '../accounts/within-account.js';
import { PAYMENTS_POSTGRES } from '../tokens.js';

interface SettingsRow {
  low_balance_nano_usd: bigint | null;
  threshold_nano_usd: bigint | null;
  amount_nano_usd: bigint | null;
  monthly_cap_nano_usd: bigint | null;
  paused_reason: string | null;
  is_capped: boolean | null;
  has_payment_method: boolean;
}

@Injectable()
export class TopUpSettingsRepository {
  constructor(@Inject(PAYMENTS_POSTGRES) private readonly pool: PostgresPool) {}

  /** Null for an unknown account; an account that never set anything has empty ones. */
  async find(accountId: string): Promise<TopUpSettings | null> {
    const [row] = await queryWithinAccount<SettingsRow>(this.pool, accountId, {
      name: 'find_top_up_settings',
      text: `SELECT s.low_balance_nano_usd, s.threshold_nano_usd, s.amount_nano_usd, s.monthly_cap_nano_usd, s.paused_reason,
                    s.capped_month = date_trunc('month', now() AT TIME ZONE 'UTC')::date AS is_capped,
                    c.payment_method IS NOT NULL AS has_payment_method
             FROM accounts a
             LEFT JOIN top_up_settings s ON s.account_id = a.id
             LEFT JOIN payment_customers c ON c.account_id = a.id
             WHERE a.id = $1 AND a.kind = 'customer'`,
      values: [accountId],
    });
    return row ? toSettings(accountId, row) : null;
  }

  /** A new low-balance threshold begins as not told; what had paused the automatic top-up is forgotten. */
  async save({ accountId, lowBalanceNanoUsd, automatic }: TopUpSettings): Promise<void> {
    await this.pool.query({
      name: 'save_top_up_settings',
      text: `INSERT INTO top_up_settings AS s (account_id, low_balance_nano_usd, threshold_nano_usd, amount_nano_usd, monthly_cap_nano_usd)
             VALUES ($1, $2, $3, $4, $5)
             ON CONFLICT (account_id) DO UPDATE SET
               balance_is_low = s.balance_is_low AND s.low_balance_nano_usd IS NOT DISTINCT FROM excluded.low_balance_nano_usd,
               low_balance_nano_usd = excluded.low_balance_nano_usd, threshold_nano_usd = excluded.threshold_nano_usd,
               amount_nano_usd = excluded.amount_nano_usd, monthly_cap_nano_usd = excluded.monthly_cap_nano_usd,
               paused_reason = NULL, capped_month = NULL, updated_at = now()`,
      values: [
        accountId,
        lowBalanceNanoUsd?.toString() ?? null,
        automatic?.thresholdNanoUsd.toString() ?? null,
        automatic?.amountNanoUsd.toString() ?? null,
        automatic?.monthlyCapNanoUsd.toString() ?? null,
      ],
    });
  }
}

function toSettings(accountId: string, row: SettingsRow): TopUpSettings {
  const automatic =
    row.threshold_nano_usd === null
      ? undefined
      : {
          thresholdNanoUsd: row.threshold_nano_usd,
          amountNanoUsd: row.amount_nano_usd!,
          monthlyCapNanoUsd: row.monthly_cap_nano_usd!,
        };
  return {
    accountId,
    lowBalanceNanoUsd: row.low_balance_nano_usd ?? undefined,
    automatic,
    hasPaymentMethod: row.has_payment_method,
    pausedReason: automatic ? pausedReason(row) : '',
  };
}

function pausedReason(row: SettingsRow): string {
  if (row.paused_reason) return row.paused_reason;
  if (!row.has_payment_method) return 'there is no payment method any more';
  return row.is_capped ? 'the monthly cap is reached' : '';
}
