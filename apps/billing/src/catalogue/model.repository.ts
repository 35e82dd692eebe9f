import { Inject, Injectable } from '@nestjs/common';
import type { Model } from '@tokenroute/contracts';
import type { PrismaClient } from '../generated/prisma/client.js';
import type { Price } from '../pricing/price.js';
import { PriceBook } from '../pricing/price-book.js';
import { PRISMA } from '../tokens.js';

@Injectable()
export class ModelRepository {
  constructor(
    @Inject(PRISMA) private readonly prisma: PrismaClient,
    private readonly priceBook: PriceBook,
  ) {}

  /** Every model that can be sold at a time: one without a price in force cannot. */
  async onOffer(at: Date): Promise<Model[]> {
    const rows = await this.prisma.model.findMany({ orderBy: { id: 'asc' } });
    return rows.flatMap((row) => {
      const price = this.priceBook.inForce(row.id, at);
      return price ? [{ ...row, price: toContractPrice(price) }] : [];
    });
  }
}

function toContractPrice(price: Price): Model['price'] {
  return {
    id: price.id,
    inputPicoUsd: price.input,
    cachedInputPicoUsd: price.cachedInput,
    cacheWrite5mPicoUsd: price.cacheWrite5m,
    cacheWrite1hPicoUsd: price.cacheWrite1h,
    audioInputPicoUsd: price.audioInput,
    outputPicoUsd: price.output,
    effectiveFrom: price.effectiveFrom,
    source: price.source,
  };
}
