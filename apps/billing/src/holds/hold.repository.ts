import { Inject, Injectable } from '@nestjs/common';
import type { Release, Reservation, Settlement } from '@tokenroute/contracts';
import type { NanoUsd } from '@tokenroute/money';
import type { PostgresPool } from '@tokenroute/service-kit';
import { POSTGRES } from '../tokens.js';
import { toTelemetryRow, type TelemetryRow } from './telemetry-row.js';

export interface PricedReservation extends Reservation {
  gatewayId: string;
  ceilingNanoUsd: NanoUsd;
  priceId: bigint;
  /** Null: list price. */
  pricePlanId: bigint | null;
}

export interface PricedSettlement extends Settlement {
  costNanoUsd: NanoUsd;
}

/** A row of `reserve_holds`. */
export interface ReserveOutcome {
  outcome:
    | 'held'
    | 'maximum-exceeded'
    | 'insufficient-funds'
    | 'budget-exceeded'
    | 'account-frozen'
    | 'unknown-account'
    | 'conflict'
    | 'ended'
    | 'already-settled'
    | 'in-progress';
  amount_nano_usd: bigint;
  price_id: bigint;
  price_plan_id: bigint | null;
  /** Of the balance; of the key's budget when that was exceeded. */
  available_nano_usd: bigint | null;
}

/** A row of `settle_holds`. */
export interface SettleOutcome {
  outcome: 'charged' | 'conflict' | 'unknown-account';
  cost_nano_usd: bigint;
  charged_nano_usd: bigint | null;
  /** When the answer that was charged ended: for a repeat, as the first settlement told it. */
  used_at: Date;
}

/** A row of `release_holds`. */
export interface ReleaseOutcome {
  outcome: 'released' | 'conflict' | 'unknown-account';
}

/** The database functions that change holds, each one statement and one round trip for a whole batch. */
@Injectable()
export class HoldRepository {
  constructor(@Inject(POSTGRES) private readonly pool: PostgresPool) {}

  async reserve(items: PricedReservation[], timeToLiveMs: number): Promise<ReserveOutcome[]> {
    const { rows } = await this.pool.query<ReserveOutcome>({
      name: 'reserve_holds',
      text: `SELECT outcome, amount_nano_usd, price_id, price_plan_id, available_nano_usd
             FROM reserve_holds($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, make_interval(secs => $15))
             ORDER BY item_index`,
      values: [
        items.map((item) => item.holdId),
        items.map((item) => item.accountId),
        items.map((item) => item.keyId),
        items.map((item) => item.gatewayId),
        items.map((item) => item.model),
        items.map((item) => item.inputTokensBound),
        items.map((item) => item.outputTokensLimit),
        items.map((item) => item.ceilingNanoUsd),
        items.map((item) => item.maxAmountNanoUsd),
        items.map((item) => item.priceId),
        items.map((item) => item.pricePlanId),
        items.map((item) => item.monthlyBudgetNanoUsd),
        items.map((item) => item.repeatable?.requestDigest),
        items.map((item) => item.repeatable?.attemptId),
        timeToLiveMs / 1_000,
      ],
    });
    return rows;
  }

  async settle(items: PricedSettlement[]): Promise<SettleOutcome[]> {
    const { rows } = await this.pool.query<SettleOutcome>({
      name: 'settle_holds',
      text: `SELECT outcome, cost_nano_usd, charged_nano_usd, used_at
             FROM settle_holds($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)
             ORDER BY item_index`,
      values: [
        items.map((item) => item.holdId),
        items.map((item) => item.accountId),
        items.map((item) => item.keyId || null),
        items.map((item) => item.model),
        items.map((item) => item.priceId),
        items.map((item) => item.pricePlanId),
        items.map((item) => item.costNanoUsd),
        items.map((item) => item.usage!.inputTokens),
        items.map((item) => item.usage!.cachedInputTokens),
        items.map((item) => item.usage!.cacheWrite5mTokens),
        items.map((item) => item.usage!.cacheWrite1hTokens),
        items.map((item) => item.usage!.audioInputTokens),
        items.map((item) => item.usage!.outputTokens),
        items.map((item) => item.usage!.reasoningTokens),
        items.map((item) => item.usage!.estimated),
        items.map((item) => item.usedAtUnixMs),
        ...telemetryColumns(items),
      ],
    });
    return rows;
  }

  async release(items: Release[]): Promise<ReleaseOutcome[]> {
    const { rows } = await this.pool.query<ReleaseOutcome>({
      name: 'release_holds',
      text: 'SELECT outcome FROM release_holds($1, $2, $3, $4, $5, $6, $7, $8) ORDER BY item_index',
      values: [
        items.map((item) => item.holdId),
        items.map((item) => item.accountId),
        ...telemetryColumns(items),
      ],
    });
    return rows;
  }

  /** Ends at most `limit` holds that nobody will end any more. @returns how many */
  async expire(gatewaySilenceMs: number, limit: number): Promise<number> {
    const { rows } = await this.pool.query<{ ended: number }>({
      name: 'expire_holds',
      text: 'SELECT expire_holds(make_interval(secs => $1), $2) AS ended',
      values: [gatewaySilenceMs / 1_000, limit],
    });
    return rows[0]!.ended;
  }

  async gatewayIsAlive(gatewayId: string): Promise<void> {
    await this.pool.query({
      name: 'gateway_is_alive',
      text: `INSERT INTO gateways (id, alive_at) VALUES ($1, now())
             ON CONFLICT (id) DO UPDATE SET alive_at = excluded.alive_at`,
      values: [gatewayId],
    });
  }
}

/** Side by side, in the order of the functions' parameters. */
function telemetryColumns(
  items: readonly Pick<Settlement, 'telemetry'>[],
): TelemetryRow[keyof TelemetryRow][][] {
  const rows = items.map(({ telemetry }) => toTelemetryRow(telemetry));
  return [
    rows.map((row) => row.http_status),
    rows.map((row) => row.duration_ms),
    rows.map((row) => row.first_token_ms),
    rows.map((row) => row.streamed),
    rows.map((row) => row.finish_reason),
    rows.map((row) => row.upstream_model),
  ];
}
