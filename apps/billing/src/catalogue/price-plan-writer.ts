import { Inject, Injectable } from '@nestjs/common';
import { Prisma, type PrismaClient } from '../generated/prisma/client.js';
import type { PricePlan } from '../pricing/price-plan.js';
import { toPricePlan } from '../pricing/price-plan.repository.js';
import { PRISMA } from '../tokens.js';
import { nameOperator } from './name-operator.js';

/** A plan as it is written: its id and, when it is to be in force at once, its beginning come from the database. */
export type NewPricePlan = Omit<PricePlan, 'id' | 'effectiveFrom'> & { effectiveFrom: Date | null };

export type AddPricePlanOutcome =
  | { kind: 'added'; plan: PricePlan }
  /** The account or the model. */
  | { kind: 'unknown' }
  | { kind: 'in-the-past'; now: Date }
  /** There is a plan from that very moment. */
  | { kind: 'taken' };

@Injectable()
export class PricePlanWriter {
  constructor(@Inject(PRISMA) private readonly prisma: PrismaClient) {}

  /** No plan begins in the past, by the database's clock: what has been charged was right. */
  async add(plan: NewPricePlan, operator: string): Promise<AddPricePlanOutcome> {
    try {
      return await this.prisma.$transaction(async (transaction): Promise<AddPricePlanOutcome> => {
        await nameOperator(transaction, operator);
        const [clock] = await transaction.$queryRaw<[{ now: Date }]>`
          SELECT date_trunc('milliseconds', clock_timestamp()) AS now`;
        const effectiveFrom = plan.effectiveFrom ?? clock.now;
        if (effectiveFrom < clock.now) return { kind: 'in-the-past', now: clock.now };
        const customer = await transaction.account.count({ where: { id: plan.accountId, kind: 'customer' } });
        if (customer === 0) return { kind: 'unknown' };
        const row = await transaction.pricePlan.create({
          data: { ...plan, basisPoints: Number(plan.basisPoints), effectiveFrom },
        });
        return { kind: 'added', plan: toPricePlan(row) };
      });
    } catch (error) {
      if (error instanceof Prisma.PrismaClientKnownRequestError) {
        if (error.code === 'P2002') return { kind: 'taken' };
        if (error.code === 'P2003') return { kind: 'unknown' };
      }
      throw error;
    }
  }
}
