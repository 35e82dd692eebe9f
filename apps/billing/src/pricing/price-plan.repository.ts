import { Inject, Injectable } from '@nestjs/common';
import { withinAccount } from '../accounts/within-account.js';
import type { PricePlan as PricePlanRow, PrismaClient } from '../generated/prisma/client.js';
import { PRISMA } from '../tokens.js';
import type { PricePlan } from './price-plan.js';

@Injectable()
export class PricePlanRepository {
  constructor(@Inject(PRISMA) private readonly prisma: PrismaClient) {}

  /** Every plan, the newest of each account first. */
  async all(): Promise<PricePlan[]> {
    const rows = await this.prisma.pricePlan.findMany({ orderBy: { effectiveFrom: 'desc' } });
    return rows.map(toPricePlan);
  }

  /** Every plan of an account, the newest first. */
  async ofAccount(accountId: string): Promise<PricePlan[]> {
    const rows = await withinAccount(this.prisma, accountId, (transaction) =>
      transaction.pricePlan.findMany({ where: { accountId }, orderBy: { effectiveFrom: 'desc' } }),
    );
    return rows.map(toPricePlan);
  }
}

export function toPricePlan(row: PricePlanRow): PricePlan {
  return { ...row, basisPoints: BigInt(row.basisPoints) };
}
