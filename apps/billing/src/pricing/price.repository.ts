import { Inject, Injectable } from '@nestjs/common';
import type { PrismaClient } from '../generated/prisma/client.js';
import { PRISMA } from '../tokens.js';
import type { Price } from './price.js';
import { toPrice } from './to-price.js';

@Injectable()
export class PriceRepository {
  constructor(@Inject(PRISMA) private readonly prisma: PrismaClient) {}

  /** Every price, the newest of each model first. */
  async all(): Promise<Price[]> {
    const rows = await this.prisma.price.findMany({ orderBy: { effectiveFrom: 'desc' } });
    return rows.map(toPrice);
  }
}
