import { Inject, Injectable } from '@nestjs/common';
import { picoUsd } from '@tokenroute/money';
import type { PrismaClient } from '../generated/prisma/client.js';
import { PRISMA } from '../tokens.js';
import type { Price } from './price.js';

@Injectable()
export class PriceRepository {
  constructor(@Inject(PRISMA) private readonly prisma: PrismaClient) {}

  /** Every price, the newest of each model first. */
  async all(): Promise<Price[]> {
    const rows = await this.prisma.price.findMany({ orderBy: { effectiveFrom: 'desc' } });
    return rows.map((row) => ({
      id: row.id,
      modelId: row.modelId,
      effectiveFrom: row.effectiveFrom,
      source: row.source,
      input: picoUsd(row.inputPicoUsd),
      cachedInput: picoUsd(row.cachedInputPicoUsd),
      cacheWrite5m: picoUsd(row.cacheWrite5mPicoUsd),
      cacheWrite1h: picoUsd(row.cacheWrite1hPicoUsd),
      audioInput: picoUsd(row.audioInputPicoUsd),
      output: picoUsd(row.outputPicoUsd),
    }));
  }
}
