import { Inject, Injectable } from '@nestjs/common';
import {
  EndRefusal,
  type Release,
  type ReleaseResult,
  type Reservation,
  ReserveRefusal,
  type ReserveResult,
  type Settlement,
  type SettleResult,
} from '@tokenroute/contracts';
import type { Logger } from '@tokenroute/service-kit';
import type { BillingConfig } from '../config.js';
import { ceiling } from '../pricing/ceiling.js';
import { cost } from '../pricing/cost.js';
import { PriceBook } from '../pricing/price-book.js';
import { CONFIG, LOGGER } from '../tokens.js';
import { BatchWriter } from './batch-writer.js';
import { countSettlements, measuredWrite } from './hold-metrics.js';
import {
  HoldRepository,
  type PricedReservation,
  type PricedSettlement,
  type ReleaseOutcome,
  type ReserveOutcome,
  type SettleOutcome,
} from './hold.repository.js';
import {
  endRefused,
  reserveRefused,
  toReleaseResult,
  toReserveResult,
  toSettleResult,
} from './hold-results.js';
import { isWellFormedEnd, isWellFormedReservation, tellsUsage } from './hold-rules.js';

const maxBatchItems = 200;
const maxParallelBatches = 2;

/** Takes, settles and releases holds: prices each item, writes items in batches, says each outcome as the contract does. */
@Injectable()
export class HoldService {
  private readonly reservations: BatchWriter<PricedReservation, ReserveOutcome>;
  private readonly settlements: BatchWriter<PricedSettlement, SettleOutcome>;
  private readonly releases: BatchWriter<Release, ReleaseOutcome>;

  constructor(
    holds: HoldRepository,
    private readonly priceBook: PriceBook,
    @Inject(CONFIG) config: BillingConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    const batching = {
      keyOf: (item: { holdId: string }) => item.holdId,
      isItemError,
      maxItems: maxBatchItems,
      maxParallel: maxParallelBatches,
    };
    this.reservations = new BatchWriter<PricedReservation, ReserveOutcome>({
      ...batching,
      write: measuredWrite('reserve', (items) => holds.reserve(items, config.HOLD_TIME_TO_LIVE_MS)),
    });
    this.settlements = new BatchWriter<PricedSettlement, SettleOutcome>({
      ...batching,
      write: measuredWrite('settle', async (items) => {
        const outcomes = await holds.settle(items);
        countSettlements(outcomes);
        return outcomes;
      }),
    });
    this.releases = new BatchWriter<Release, ReleaseOutcome>({
      ...batching,
      write: measuredWrite('release', (items) => holds.release(items)),
    });
  }

  /** Holds the ceiling of a request. Never throws: a hold that could not be written is refused as failed. */
  async reserve(gatewayId: string, item: Reservation): Promise<ReserveResult> {
    if (!isWellFormedReservation(gatewayId, item))
      return reserveRefused(ReserveRefusal.RESERVE_REFUSAL_FAILED);
    const offer = this.priceBook.ofAccount(item.accountId, item.model, new Date());
    if (!offer) return reserveRefused(ReserveRefusal.RESERVE_REFUSAL_UNPRICED_MODEL);
    try {
      const priced = {
        ...item,
        gatewayId,
        ceilingNanoUsd: ceiling(item, offer.price),
        priceId: offer.price.id,
        pricePlanId: offer.plan?.id ?? null,
      };
      return toReserveResult(await this.reservations.submit(priced));
    } catch (error) {
      this.logger.error({ err: error, holdId: item.holdId }, 'holds: reserve failed');
      return reserveRefused(ReserveRefusal.RESERVE_REFUSAL_FAILED);
    }
  }

  /** Charges what was used, once. Resolves after the charge is on disk. Never throws. */
  async settle(item: Settlement): Promise<SettleResult> {
    if (!isWellFormedEnd(item) || !tellsUsage(item)) {
      return endRefused(EndRefusal.END_REFUSAL_CONFLICT);
    }
    try {
      const pinned = await this.priceBook.pinned(item.priceId, item.pricePlanId ?? null);
      if (!pinned) return endRefused(EndRefusal.END_REFUSAL_UNKNOWN_PRICE);
      const { price } = pinned;
      const outcome = await this.settlements.submit({
        ...item,
        costNanoUsd: cost(item.usage, price, new Date(Number(item.usedAtUnixMs))),
      });
      this.alarmUnpaid(item, outcome);
      return toSettleResult(outcome, { usage: item.usage, price });
    } catch (error) {
      this.logger.error({ err: error, holdId: item.holdId }, 'holds: settle failed');
      return endRefused(
        isImpossibleValue(error) ? EndRefusal.END_REFUSAL_CONFLICT : EndRefusal.END_REFUSAL_FAILED,
      );
    }
  }

  /** Gives a hold back. Never throws. */
  async release(item: Release): Promise<ReleaseResult> {
    if (!isWellFormedEnd(item)) return endRefused(EndRefusal.END_REFUSAL_CONFLICT);
    try {
      return toReleaseResult(await this.releases.submit(item));
    } catch (error) {
      this.logger.error({ err: error, holdId: item.holdId }, 'holds: release failed');
      return endRefused(EndRefusal.END_REFUSAL_FAILED);
    }
  }

  private alarmUnpaid(item: Settlement, outcome: SettleOutcome): void {
    switch (outcome.outcome) {
      case 'charged': {
        const unpaid = outcome.cost_nano_usd - outcome.charged_nano_usd!;
        if (unpaid > 0n) {
          this.logger.error({ holdId: item.holdId, unpaidNanoUsd: unpaid.toString() }, 'holds: house loss');
        }
        return;
      }
      case 'conflict':
      case 'unknown-account':
        this.logger.error({ holdId: item.holdId, outcome: outcome.outcome }, 'holds: settlement refused');
        return;
      default:
        outcome.outcome satisfies never;
    }
  }
}

/** A value or constraint PostgreSQL refused (SQLSTATE classes 22, 23, P0): one item's fault, not the connection's. */
function isItemError(error: unknown): boolean {
  return /^(22|23|P0)/.test(String((error as { code?: unknown }).code ?? ''));
}

/** A value that PostgreSQL has no room for (class 22): it fails however often it is sent, as a malformed one. */
function isImpossibleValue(error: unknown): boolean {
  return String((error as { code?: unknown }).code ?? '').startsWith('22');
}
