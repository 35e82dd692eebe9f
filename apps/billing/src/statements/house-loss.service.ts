import { Inject, Injectable } from '@nestjs/common';
import type { ReportHouseLossResponse } from '@tokenroute/contracts';
import type { PostgresPool } from '@tokenroute/service-kit';
import { REPORTS } from '../tokens.js';

/** What the house bore, and what it may bear without knowing. */
@Injectable()
export class HouseLossService {
  constructor(@Inject(REPORTS) private readonly pool: PostgresPool) {}

  async report(since: Date): Promise<ReportHouseLossResponse> {
    const [losses, expired] = await Promise.all([this.losses(since), this.expiredHolds(since)]);
    return { totals: losses, ...expired };
  }

  private async losses(since: Date): Promise<ReportHouseLossResponse['totals']> {
    const { rows } = await this.pool.query<{ reason: string; count: bigint; amount: bigint }>(
      `SELECT reason, count(*) AS count, sum(amount_nano_usd)::bigint AS amount
       FROM house_losses WHERE created_at >= $1 GROUP BY reason ORDER BY reason COLLATE "C"`,
      [since],
    );
    return rows.map(({ reason, count, amount }) => ({ reason, transactions: count, amountNanoUsd: amount }));
  }

  /** One that is settled after all is expired no more. */
  private async expiredHolds(
    since: Date,
  ): Promise<Pick<ReportHouseLossResponse, 'expiredHolds' | 'expiredHoldsNanoUsd'>> {
    const { rows } = await this.pool.query<{ count: bigint; amount: bigint }>(
      `SELECT count(*) AS count, coalesce(sum(amount_nano_usd), 0)::bigint AS amount
       FROM holds WHERE state = 'expired' AND ended_at >= $1`,
      [since],
    );
    return { expiredHolds: rows[0]!.count, expiredHoldsNanoUsd: rows[0]!.amount };
  }
}
