import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { subjects } from '@tokenroute/contracts';
import type { Logger, NatsConnection } from '@tokenroute/service-kit';
import { LOGGER, NATS } from '../tokens.js';
import type { Price } from './price.js';
import { PriceRepository } from './price.repository.js';

const refreshIntervalMs = 60_000;

/** The price book in memory: rows never change, so a copy can only lack the newest, which a refresh brings. */
@Injectable()
export class PriceBook implements OnModuleInit, OnApplicationShutdown {
  private byId = new Map<bigint, Price>();
  /** Newest first. */
  private byModel = new Map<string, Price[]>();
  private refreshTimer: NodeJS.Timeout | undefined;
  private refreshesBegun = 0;
  private newestApplied = 0;

  constructor(
    private readonly prices: PriceRepository,
    @Inject(NATS) private readonly nats: NatsConnection,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.refresh();
    this.nats.subscribe(subjects.catalogueChanged, { callback: () => void this.reload() });
    this.refreshTimer = setInterval(() => void this.reload(), refreshIntervalMs);
  }

  onApplicationShutdown(): void {
    clearInterval(this.refreshTimer);
  }

  /** The price of a model at a time, or null when none is in force. */
  inForce(modelId: string, at: Date): Price | null {
    return this.byModel.get(modelId)?.find((price) => price.effectiveFrom <= at) ?? null;
  }

  /** The price a hold pinned, also one written since the last refresh. */
  async byIdOrLoad(id: bigint): Promise<Price | null> {
    const known = this.byId.get(id);
    if (known) return known;
    await this.refresh();
    return this.byId.get(id) ?? null;
  }

  /** The same without waiting: null when it is not known yet. */
  known(id: bigint): Price | null {
    return this.byId.get(id) ?? null;
  }

  /** Reads the book again. Never throws: what was read last stays in use. */
  async reload(): Promise<void> {
    try {
      await this.refresh();
    } catch (error) {
      this.logger.warn({ err: error }, 'price book: refresh failed');
    }
  }

  private async refresh(): Promise<void> {
    this.refreshesBegun += 1;
    const turn = this.refreshesBegun;
    const prices = await this.prices.all();
    // An answer that was overtaken may lack the newest rows.
    if (turn < this.newestApplied) return;
    this.newestApplied = turn;
    const byModel = new Map<string, Price[]>();
    for (const price of prices) {
      const ofModel = byModel.get(price.modelId);
      if (ofModel) ofModel.push(price);
      else byModel.set(price.modelId, [price]);
    }
    this.byId = new Map(prices.map((price) => [price.id, price]));
    this.byModel = byModel;
  }
}
