import { Inject, Injectable, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { subjects } from '@tokenroute/contracts';
import type { Logger, NatsConnection } from '@tokenroute/service-kit';
import { LOGGER, NATS } from '../tokens.js';
import type { Price } from './price.js';
import { type PricePlan, planInForce, withPlan } from './price-plan.js';
import { PricePlanRepository } from './price-plan.repository.js';
import { PriceRepository } from './price.repository.js';

/** What an account pays for a model: its plan, if it has one, is in the rates. */
export interface AccountPrice {
  price: Price;
  plan: PricePlan | null;
}

const refreshIntervalMs = 60_000;

/** Prices and price plans in memory: rows never change, so a copy can only lack the newest, which a refresh brings. */
@Injectable()
export class PriceBook implements OnModuleInit, OnApplicationShutdown {
  private byId = new Map<bigint, Price>();
  /** Newest first. */
  private byModel = new Map<string, Price[]>();
  private planById = new Map<bigint, PricePlan>();
  /** Newest first. */
  private plansByAccount = new Map<string, PricePlan[]>();
  private refreshTimer: NodeJS.Timeout | undefined;
  private refreshesBegun = 0;
  private newestApplied = 0;

  constructor(
    private readonly prices: PriceRepository,
    private readonly plans: PricePlanRepository,
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

  /** The list price of a model at a time, or null when none is in force. */
  inForce(modelId: string, at: Date): Price | null {
    return this.byModel.get(modelId)?.find((price) => price.effectiveFrom <= at) ?? null;
  }

  /** What an account pays for a model at a time, or null when no price is in force. */
  ofAccount(accountId: string, modelId: string, at: Date): AccountPrice | null {
    const price = this.inForce(modelId, at);
    if (!price) return null;
    const plan = this.planOf(accountId, modelId, at);
    return { price: plan ? withPlan(price, plan) : price, plan };
  }

  /** The plan of an account that counts for a model at a time; null: list prices. */
  planOf(accountId: string, modelId: string, at: Date): PricePlan | null {
    return planInForce(this.plansByAccount.get(accountId) ?? [], modelId, at);
  }

  /**
   * The price that a hold pinned, its plan in the rates; also one written since the last refresh. Without waiting when both
   * are known already. Null: there is no such price or plan.
   */
  pinned(priceId: bigint, planId: bigint | null): AccountPrice | null | Promise<AccountPrice | null> {
    return this.known(priceId, planId) ?? this.refresh().then(() => this.known(priceId, planId));
  }

  private known(priceId: bigint, planId: bigint | null): AccountPrice | null {
    const price = this.byId.get(priceId);
    if (!price) return null;
    if (planId === null) return { price, plan: null };
    const plan = this.planById.get(planId);
    return plan ? { price: withPlan(price, plan), plan } : null;
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
    const [prices, plans] = await Promise.all([this.prices.all(), this.plans.all()]);
    // An answer that was overtaken may lack the newest rows.
    if (turn < this.newestApplied) return;
    this.newestApplied = turn;
    this.byId = new Map(prices.map((price) => [price.id, price]));
    this.byModel = grouped(prices, (price) => price.modelId);
    this.planById = new Map(plans.map((plan) => [plan.id, plan]));
    this.plansByAccount = grouped(plans, (plan) => plan.accountId);
  }
}

/** In the order they came. */
function grouped<Item>(items: Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
