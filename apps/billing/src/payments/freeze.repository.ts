import { Inject, Injectable } from '@nestjs/common';
import type { AccountFreeze } from '@tokenroute/contracts';
import type { PostgresPool } from '@tokenroute/service-kit';
import { queryWithinAccount } from '../accounts/within-account.js';
import { PAYMENTS_POSTGRES } from '../tokens.js';

const operatorCause = 'operator';

@Injectable()
export class FreezeRepository {
  constructor(@Inject(PAYMENTS_POSTGRES) private readonly pool: PostgresPool) {}

  async freeze(accountId: string, reason: string, operator: string): Promise<void> {
    await this.pool.query({
      name: 'freeze_account',
      text: 'SELECT freeze_account($1, $2, $3, $4)',
      values: [accountId, operatorCause, reason, operator],
    });
  }

  /** Whatever froze it. */
  async unfreeze(accountId: string, operator: string): Promise<void> {
    await this.pool.query({
      name: 'lift_freeze',
      text: 'SELECT lift_freeze($1, NULL, $2)',
      values: [accountId, operator],
    });
  }

  /** Null for an unknown account. */
  async find(accountId: string): Promise<(AccountFreeze & { email: string }) | null> {
    const [row] = await queryWithinAccount<{
      frozen_at: Date | null;
      frozen_reason: string | null;
      email: string | null;
    }>(this.pool, accountId, {
      name: 'find_account_freeze',
      text: `SELECT frozen_at, frozen_reason, email FROM accounts WHERE id = $1 AND kind = 'customer'`,
      values: [accountId],
    });
    if (!row) return null;
    return {
      accountId,
      frozenAt: row.frozen_at ?? undefined,
      reason: row.frozen_reason ?? '',
      email: row.email ?? '',
    };
  }
}
