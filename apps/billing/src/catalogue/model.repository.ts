import { Inject, Injectable } from '@nestjs/common';
import type { Model, Rates as ContractRates } from '@tokenroute/contracts';
import type { PrismaClient } from '../generated/prisma/client.js';
import type { Price, Rates } from '../pricing/price.js';
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
      if (!price) return [];
      const { deprecatedAt, replacedById, ...model } = row;
      return [
        {
          ...model,
          deprecatedAt: deprecatedAt ?? undefined,
          replacedBy: replacedById ?? '',
          price: toContractPrice(price),
        },
      ];
    });
  }
}

function toContractPrice(price: Price): Model['price'] {
  const { longContext, peak } = price;
  return {
    id: price.id,
    rates: toContractRates(price.rates),
    longContextRates: longContext ? toContractRates(longContext.rates) : undefined,
    longContextAboveTokens: longContext?.aboveTokens ?? 0,
    peakHours: peak?.hours.text ?? '',
    peakPercent: peak ? Number(peak.percent) : 0,
    effectiveFrom: price.effectiveFrom,
    source: price.source,
  };
}

function toContractRates(rates: Rates): ContractRates {
  return {
    inputPicoUsd: rates.input,
    cachedInputPicoUsd: rates.cachedInput,
    cacheWrite5mPicoUsd: rates.cacheWrite5m,
    cacheWrite1hPicoUsd: rates.cacheWrite1h,
    audioInputPicoUsd: rates.audioInput,
    outputPicoUsd: rates.output,
  };
}
