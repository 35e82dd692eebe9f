import { Inject, Injectable } from '@nestjs/common';
import type { Model } from '@tokenroute/contracts';
import type { PrismaClient } from '../generated/prisma/client.js';
import { toPrice } from '../pricing/to-price.js';
import { PRISMA } from '../tokens.js';
import type { ModelFields } from './model-changes.js';
import { nameOperator } from './name-operator.js';
import { toContractModel } from './to-contract-model.js';

/** The model catalogue. Read from the database each time: gateways ask when they hear of a change, and must get it. */
@Injectable()
export class ModelRepository {
  constructor(@Inject(PRISMA) private readonly prisma: PrismaClient) {}

  /** Every model, whether it is on offer or not. */
  async all(at: Date): Promise<Model[]> {
    const rows = await this.prisma.model.findMany({
      orderBy: { id: 'asc' },
      include: { prices: priceInForce(at) },
    });
    return rows.map(({ prices: [price], ...row }) => toContractModel(row, price ? toPrice(price) : null));
  }

  /** Every model that can be sold at a time: one without a price in force cannot, nor one that is retired. */
  async onOffer(at: Date): Promise<Model[]> {
    return (await this.all(at)).filter(({ price, retiredAt }) => price && (!retiredAt || retiredAt > at));
  }

  /** A model, whether it is on offer or not; null for an unknown one. */
  async find(id: string, at: Date): Promise<Model | null> {
    const found = await this.prisma.model.findUnique({
      where: { id },
      include: { prices: priceInForce(at) },
    });
    if (!found) return null;
    const {
      prices: [price],
      ...row
    } = found;
    return toContractModel(row, price ? toPrice(price) : null);
  }

  async exists(id: string): Promise<boolean> {
    return (await this.prisma.model.count({ where: { id } })) > 0;
  }

  /**
   * Writes what `change` makes of a row, null standing for a model that is new. Changes come one after the other, so
   * that none is made from a row that another is just replacing.
   */
  async change(
    id: string,
    operator: string,
    change: (before: ModelFields | null) => ModelFields,
  ): Promise<void> {
    await this.prisma.$transaction(async (transaction) => {
      await nameOperator(transaction, operator);
      await transaction.$executeRaw`LOCK TABLE models IN SHARE ROW EXCLUSIVE MODE`;
      const after = change(await transaction.model.findUnique({ where: { id }, omit: { createdAt: true } }));
      await transaction.model.upsert({ where: { id }, create: after, update: after });
    });
  }
}

function priceInForce(at: Date) {
  return { where: { effectiveFrom: { lte: at } }, orderBy: { effectiveFrom: 'desc' as const }, take: 1 };
}
