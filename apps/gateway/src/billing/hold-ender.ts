import { jetstream } from '@nats-io/jetstream';
import { Inject, Injectable } from '@nestjs/common';
import {
  type Charged,
  type Release,
  type Settlement,
  SettleRequest,
  settlementsStream,
} from '@tokenroute/contracts';
import type { Logger, NatsConnection } from '@tokenroute/service-kit';
import { LOGGER, NATS } from '../tokens.js';
import { HoldClient } from './hold-client.js';

/** What became of a settlement. Only `charged` knows the cost yet. */
export type SettlementFate = { kind: 'charged'; charged: Charged } | { kind: 'queued' } | { kind: 'refused' };

const retryIntervalMs = 500;
const publishTimeoutMs = 2_000;
/** Settlements in memory above which no new work is admitted. */
const maxWaiting = 1_000;
const releaseAttempts = 5;

/**
 * Ends holds. A settlement is never given up: it goes to billing, else to the JetStream work queue, else it waits in
 * memory and is tried until one of them takes it. Billing makes it harmless that two may arrive.
 */
@Injectable()
export class HoldEnder {
  private readonly waiting = new Set<Promise<void>>();

  constructor(
    private readonly client: HoldClient,
    @Inject(NATS) private readonly nats: NatsConnection,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** False: settlements pile up in memory, so no new work should be taken. */
  get keepsUp(): boolean {
    return this.waiting.size < maxWaiting;
  }

  /** Charges a usage. Resolves when it is on disk at billing, or at least in the queue. Never throws. */
  async settle(settlement: Settlement): Promise<SettlementFate> {
    try {
      const { outcome } = await this.client.settle(settlement);
      if (outcome?.$case === 'charged') return { kind: 'charged', charged: outcome.value };
      this.logger.error({ holdId: settlement.holdId, refusal: outcome?.value }, 'settlements: refused');
      return { kind: 'refused' };
    } catch (error) {
      this.logger.warn({ err: error, holdId: settlement.holdId }, 'settlements: no reply, queueing');
    }
    if (!(await this.publish(settlement))) this.keep(this.settleInTheEnd(settlement));
    return { kind: 'queued' };
  }

  /** Gives a hold back, in the background: the client does not wait for it, and what is lost will expire. */
  release(release: Release): void {
    this.keep(this.releaseInTheEnd(release));
  }

  /** Resolves when nothing that was promised is left in memory. */
  async idle(): Promise<void> {
    while (this.waiting.size > 0) await Promise.all(this.waiting);
  }

  private keep(work: Promise<void>): void {
    const tracked = work.finally(() => this.waiting.delete(tracked));
    this.waiting.add(tracked);
  }

  private async publish(settlement: Settlement): Promise<boolean> {
    try {
      const payload = SettleRequest.encode({ items: [settlement] }).finish();
      await jetstream(this.nats, { timeout: publishTimeoutMs }).publish(settlementsStream.subject, payload, {
        msgID: settlement.holdId,
      });
      return true;
    } catch (error) {
      this.logger.warn({ err: error, holdId: settlement.holdId }, 'settlements: queue did not take it');
      return false;
    }
  }

  private async settleInTheEnd(settlement: Settlement): Promise<void> {
    for (;;) {
      await pause();
      try {
        await this.client.settle(settlement);
        return;
      } catch {
        if (await this.publish(settlement)) return;
      }
    }
  }

  private async releaseInTheEnd(release: Release): Promise<void> {
    for (let attempt = 1; attempt <= releaseAttempts; attempt += 1) {
      try {
        await this.client.release(release);
        return;
      } catch {
        await pause();
      }
    }
    this.logger.error({ holdId: release.holdId }, 'holds: not released, will expire');
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, retryIntervalMs));
}
