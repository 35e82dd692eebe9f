import { Inject, Injectable } from '@nestjs/common';
import type { Release, Reservation, Settlement } from '@tokenroute/contracts';
import type { NanoUsd } from '@tokenroute/money';
import type { PostgresPool } from '@tokenroute/service-kit';
import { POSTGRES } from '../tokens.js';

export interface PricedReservation extends Reservation {
  gatewayId: string;
  ceilingNanoUsd: NanoUsd;
  priceId: bigint;
}

export interface PricedSettlement extends Settlement {
  costNanoUsd: NanoUsd;
}

/** A row of `reserve_holds`. */
export interface ReserveOutcome {
  outcome: 'held' | 'maximum-exceeded' | 'insufficient-funds' | 'unknown-account' | 'conflict' | 'ended';
  amount_nano_usd: bigint;
  price_id: bigint;
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
    const payload = items.map((item) => ({
      hold_id: item.holdId,
      account_id: item.accountId,
      key_id: item.keyId,
      gateway_id: item.gatewayId,
      model: item.model,
      input_tokens_bound: item.inputTokensBound,
      output_tokens_limit: item.outputTokensLimit,
      ceiling_nano_usd: item.ceilingNanoUsd.toString(),
      max_amount_nano_usd: item.maxAmountNanoUsd?.toString(),
      price_id: item.priceId.toString(),
    }));
    const { rows } = await this.pool.query<ReserveOutcome>({
      name: 'reserve_holds',
      text: `SELECT outcome, amount_nano_usd, price_id, available_nano_usd
             FROM reserve_holds($1, make_interval(secs => $2)) ORDER BY item_index`,
      values: [JSON.stringify(payload), timeToLiveMs / 1_000],
    });
    return rows;
  }

  async settle(items: PricedSettlement[]): Promise<SettleOutcome[]> {
    const payload = items.map((item) => ({
      hold_id: item.holdId,
      account_id: item.accountId,
      key_id: item.keyId || null,
      model: item.model,
      price_id: item.priceId.toString(),
      cost_nano_usd: item.costNanoUsd.toString(),
      input_tokens: item.usage!.inputTokens,
      cached_input_tokens: item.usage!.cachedInputTokens,
      cache_write_5m_tokens: item.usage!.cacheWrite5mTokens,
      cache_write_1h_tokens: item.usage!.cacheWrite1hTokens,
      audio_input_tokens: item.usage!.audioInputTokens,
      output_tokens: item.usage!.outputTokens,
      reasoning_tokens: item.usage!.reasoningTokens,
      usage_estimated: item.usage!.estimated,
      used_at_unix_ms: item.usedAtUnixMs.toString(),
    }));
    const { rows } = await this.pool.query<SettleOutcome>({
      name: 'settle_holds',
      text: `SELECT outcome, cost_nano_usd, charged_nano_usd, used_at
             FROM settle_holds($1) ORDER BY item_index`,
      values: [JSON.stringify(payload)],
    });
    return rows;
  }

  async release(items: Release[]): Promise<ReleaseOutcome[]> {
    const payload = items.map((item) => ({ hold_id: item.holdId, account_id: item.accountId }));
    const { rows } = await this.pool.query<ReleaseOutcome>({
      name: 'release_holds',
      text: 'SELECT outcome FROM release_holds($1) ORDER BY item_index',
      values: [JSON.stringify(payload)],
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
