import { Inject, Injectable } from '@nestjs/common';
import { Prisma, type PrismaClient } from '../generated/prisma/client.js';
import type { Price } from '../pricing/price.js';
import { toPrice } from '../pricing/to-price.js';
import { PRISMA } from '../tokens.js';
import { nameOperator } from './name-operator.js';
import type { NewPrice } from './new-price.js';

export type AddPriceOutcome =
  | { kind: 'added'; price: Price }
  | { kind: 'unknown-model' }
  | { kind: 'in-the-past'; now: Date }
  /** The model has a price from that very moment. */
  | { kind: 'taken' };

/** Ends the transaction of a rehearsal, so that nothing of it is kept. */
class Rehearsal extends Error {}

/** The prices of one model, past and to come, and how one is added. */
@Injectable()
export class PriceListRepository {
  constructor(@Inject(PRISMA) private readonly prisma: PrismaClient) {}

  /** Every price of a model, the newest first. */
  async ofModel(modelId: string): Promise<Price[]> {
    const rows = await this.prisma.price.findMany({
      where: { modelId },
      orderBy: { effectiveFrom: 'desc' },
    });
    return rows.map(toPrice);
  }

  /** What has been charged was right when it was charged, so no price begins in the past, by the database's clock. */
  async add(price: NewPrice, operator: string): Promise<AddPriceOutcome> {
    return this.attempt(price, (transaction) => nameOperator(transaction, operator));
  }

  /** What `add` would come to; nothing is kept of it. */
  async rehearse(price: NewPrice): Promise<AddPriceOutcome> {
    let outcome: AddPriceOutcome | undefined;
    try {
      return await this.attempt(
        price,
        () => Promise.resolve(),
        (reached) => {
          outcome = reached;
          throw new Rehearsal();
        },
      );
    } catch (error) {
      if (error instanceof Rehearsal && outcome) return outcome;
      throw error;
    }
  }

  private async attempt(
    price: NewPrice,
    before: (transaction: Prisma.TransactionClient) => Promise<void>,
    after: (outcome: AddPriceOutcome) => void = () => undefined,
  ): Promise<AddPriceOutcome> {
    try {
      return await this.prisma.$transaction(async (transaction): Promise<AddPriceOutcome> => {
        await before(transaction);
        const [clock] = await transaction.$queryRaw<[{ now: Date }]>`
          SELECT date_trunc('milliseconds', clock_timestamp()) AS now`;
        const effectiveFrom = price.effectiveFrom ?? clock.now;
        if (effectiveFrom < clock.now) return { kind: 'in-the-past', now: clock.now };
        const row = await transaction.price.create({ data: { ...toColumns(price), effectiveFrom } });
        const outcome: AddPriceOutcome = { kind: 'added', price: toPrice(row) };
        after(outcome);
        return outcome;
      });
    } catch (error) {
      if (error instanceof Prisma.PrismaClientKnownRequestError) {
        if (error.code === 'P2002') return { kind: 'taken' };
        if (error.code === 'P2003') return { kind: 'unknown-model' };
      }
      throw error;
    }
  }
}

function toColumns({ modelId, source, rates, longContext, peak }: NewPrice) {
  return {
    modelId,
    source,
    inputPicoUsd: rates.input,
    cachedInputPicoUsd: rates.cachedInput,
    cacheWrite5mPicoUsd: rates.cacheWrite5m,
    cacheWrite1hPicoUsd: rates.cacheWrite1h,
    audioInputPicoUsd: rates.audioInput,
    outputPicoUsd: rates.output,
    ...(longContext && {
      longContextAboveTokens: longContext.aboveTokens,
      longInputPicoUsd: longContext.rates.input,
      longCachedInputPicoUsd: longContext.rates.cachedInput,
      longCacheWrite5mPicoUsd: longContext.rates.cacheWrite5m,
      longCacheWrite1hPicoUsd: longContext.rates.cacheWrite1h,
      longAudioInputPicoUsd: longContext.rates.audioInput,
      longOutputPicoUsd: longContext.rates.output,
    }),
    ...(peak && { peakHours: peak.hours.text, peakPercent: Number(peak.percent) }),
  };
}
