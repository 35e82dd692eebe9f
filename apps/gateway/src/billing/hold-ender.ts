import { setTimeout as pauseFor } from 'node:timers/promises';
import { jetstream } from '@nats-io/jetstream';
import { Inject, Injectable } from '@nestjs/common';
import {
  type Charged,
  EndRefusal,
  type Release,
  type Reservation,
  ReserveRefusal,
  type Settlement,
  SettleRequest,
  settlementsStream,
} from '@tokenroute/contracts';
import { type Logger, meter, type NatsConnection } from '@tokenroute/service-kit';
import { LOGGER, NATS } from '../tokens.js';
import { HoldClient } from './hold-client.js';
import { UnconfirmedSettlements } from './unconfirmed-settlements.js';

/** What became of a settlement. Only `charged` knows the cost yet. `conflict`: the hold had ended before. */
export type SettlementFate =
  { kind: 'charged'; charged: Charged } | { kind: 'queued' } | { kind: 'conflict' } | { kind: 'refused' };

/** What became of a release. `unknown`: billing did not answer yet, it is tried again. */
export type ReleaseFate = 'released' | 'refused' | 'unknown';

const firstPauseMs = 500;
const longestPauseMs = 5_000;
const publishTimeoutMs = 2_000;
/** Endings in memory above which no new work is admitted. */
const maxWaiting = 10_000;

const unconfirmedSettlements = meter.createObservableGauge('tokenroute.settlements.unconfirmed', {
  unit: '{settlement}',
  description: 'Settlements that billing has not confirmed yet, and that are tried again',
});

/**
 * Ends holds. A settlement is never given up: it goes to billing, else to the JetStream work queue, and stays in memory
 * and is tried until billing has it. Billing makes it harmless that two may arrive.
 */
@Injectable()
export class HoldEnder {
  private readonly unconfirmed: UnconfirmedSettlements;
  private readonly releasing = new Set<Promise<void>>();
  private readonly ending = new AbortController();

  constructor(
    private readonly client: HoldClient,
    @Inject(NATS) private readonly nats: NatsConnection,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {
    this.unconfirmed = new UnconfirmedSettlements(
      {
        settle: (settlement) => client.settle(settlement),
        publish: (settlements) => this.publish(settlements),
        pause: jitteredPause,
        nowMs: () => performance.now(),
      },
      logger,
    );
    unconfirmedSettlements.addCallback((result) => result.observe(this.unconfirmed.size));
  }

  /** False: endings pile up in memory, so no new work should be taken. */
  get keepsUp(): boolean {
    return this.unconfirmed.size + this.releasing.size < maxWaiting;
  }

  /** Charges a usage. Resolves when it is on disk at billing, or at least in the queue. Never throws. */
  async settle(settlement: Settlement): Promise<SettlementFate> {
    try {
      const { outcome } = await this.client.settle(settlement);
      if (outcome?.$case === 'charged') return { kind: 'charged', charged: outcome.value };
      this.logger.error({ holdId: settlement.holdId, refusal: outcome?.value }, 'settlements: refused');
      return { kind: outcome?.value === EndRefusal.END_REFUSAL_CONFLICT ? 'conflict' : 'refused' };
    } catch (error) {
      this.logger.warn({ err: error, holdId: settlement.holdId }, 'settlements: no reply, queueing');
    }
    await this.unconfirmed.add(settlement);
    return { kind: 'queued' };
  }

  /** Gives a hold back, in the background: the client does not wait for it. What is lost with this process will expire. */
  release(release: Release): void {
    this.keep(this.releaseInTheEnd(release));
  }

  /** Gives a hold back for somebody who must know that it is. Waits for one answer, then goes on in the background. */
  async releaseNow(release: Release): Promise<ReleaseFate> {
    try {
      const { outcome } = await this.client.release(release);
      return outcome?.$case === 'released' ? 'released' : 'refused';
    } catch (error) {
      this.logger.warn({ err: error, holdId: release.holdId }, 'holds: no reply, releasing later');
      this.release(release);
      return 'unknown';
    }
  }

  /** Gives back, in the background, what billing may hold for a reservation whose answer is not known. */
  disown(reservation: Reservation): void {
    const release = { holdId: reservation.holdId, accountId: reservation.accountId };
    if (reservation.repeatable) this.keep(this.releaseWhenOwn(reservation, release));
    else this.release(release);
  }

  /** Resolves when nothing that was promised is in this process's memory alone, or after a bounded time. */
  async end(): Promise<void> {
    this.ending.abort();
    const unconfirmed = this.unconfirmed.end();
    while (this.releasing.size > 0) await Promise.all(this.releasing);
    await unconfirmed;
  }

  private keep(work: Promise<void>): void {
    const tracked = work.finally(() => this.releasing.delete(tracked));
    this.releasing.add(tracked);
  }

  private async publish(settlements: Settlement[]): Promise<boolean> {
    // The id of a batch would hide a later batch that begins with the same: twice is harmless, left out is not.
    const msgID = settlements.length === 1 ? settlements[0]!.holdId : undefined;
    try {
      const payload = SettleRequest.encode({ items: settlements }).finish();
      await jetstream(this.nats, { timeout: publishTimeoutMs }).publish(settlementsStream.subject, payload, {
        msgID,
      });
      return true;
    } catch (error) {
      this.logger.warn(
        { err: error, settlements: settlements.length, holdId: settlements[0]!.holdId },
        'settlements: queue did not take it',
      );
      return false;
    }
  }

  private async releaseInTheEnd(release: Release): Promise<void> {
    const released = await this.persist(async () => {
      await this.client.release(release);
      return true;
    });
    if (!released) this.logger.error({ holdId: release.holdId }, 'holds: not released, will expire');
  }

  /** The hold of a repeatable request may be another one's by now: asked again, billing tells whose it is. */
  private async releaseWhenOwn(reservation: Reservation, release: Release): Promise<void> {
    const known = await this.persist(async () => {
      const { outcome } = await this.client.reserve(reservation);
      if (outcome?.$case === 'held') await this.releaseInTheEnd(release);
      return outcome?.$case !== 'refused' || outcome.value !== ReserveRefusal.RESERVE_REFUSAL_FAILED;
    });
    if (!known) this.logger.error({ holdId: release.holdId }, 'holds: unknown whether held, will expire');
  }

  /** Tries until it is done; when this process ends, once more. An attempt that throws is not done. */
  private async persist(attempt: () => Promise<boolean>): Promise<boolean> {
    const { signal } = this.ending;
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(2 * pauseMs, longestPauseMs)) {
      const isLast = signal.aborted;
      try {
        if (await attempt()) return true;
      } catch {
        // No reply: tried again like a failure.
      }
      if (isLast) return false;
      await jitteredPause(pauseMs, signal);
    }
  }
}

/** Up to a quarter shorter or longer, so that many do not ask at once; cut short by the signal. */
function jitteredPause(ms: number, signal: AbortSignal): Promise<unknown> {
  return pauseFor(ms * (0.75 + Math.random() / 2), null, { signal }).catch(() => null);
}
