import { Inject, Injectable } from '@nestjs/common';
import type { Account } from '@tokenroute/contracts';
import type { PostgresPool } from '@tokenroute/service-kit';
import type { PrismaClient } from '../generated/prisma/client.js';
import { POSTGRES, PRISMA } from '../tokens.js';

@Injectable()
export class AccountRepository {
  constructor(
    @Inject(PRISMA) private readonly prisma: PrismaClient,
    @Inject(POSTGRES) private readonly pool: PostgresPool,
  ) {}

  async find(id: string): Promise<Account | null> {
    const row = await this.prisma.account.findUnique({ where: { id, kind: 'customer' } });
    if (!row) return null;
    return {
      id: row.id,
      email: row.email ?? '',
      balanceNanoUsd: row.balanceNanoUsd!,
      heldNanoUsd: row.heldNanoUsd!,
      createdAt: row.createdAt,
    };
  }

  async insert(id: string, email: string): Promise<void> {
    await this.prisma.account.create({
      data: { id, kind: 'customer', email, balanceNanoUsd: 0n, heldNanoUsd: 0n },
    });
  }

  async grantCredit(
    grantId: string,
    accountId: string,
    amountNanoUsd: bigint,
  ): Promise<'granted' | 'conflict' | 'unknown-account'> {
    const { rows } = await this.pool.query<{ outcome: 'granted' | 'conflict' | 'unknown-account' }>(
      'SELECT grant_credit($1, $2, $3) AS outcome',
      [grantId, accountId, amountNanoUsd.toString()],
    );
    return rows[0]!.outcome;
  }
}
