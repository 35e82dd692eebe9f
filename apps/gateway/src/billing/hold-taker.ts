import { Inject, Injectable } from '@nestjs/common';
import { type Held, type Reservation, ReserveRefusal, type ReserveResult } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import { formatUsd } from '@tokenroute/money';
import type { Logger } from '@tokenroute/service-kit';
import { LOGGER } from '../tokens.js';
import { HoldClient } from './hold-client.js';
import { HoldEnder } from './hold-ender.js';

/** Takes a hold before anything is dispatched: no hold, no dispatch. */
@Injectable()
export class HoldTaker {
  constructor(
    private readonly client: HoldClient,
    private readonly ender: HoldEnder,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * @throws Fault insufficient-quota when the balance does not cover the ceiling, or the ceiling is above the
   * reservation's maximum; unavailable when billing does not
   * answer. Whatever billing may then hold is released.
   */
  async take(reservation: Reservation): Promise<Held> {
    if (!this.ender.keepsUp) throw unavailable('settlements are waiting for billing');
    const { outcome } = await this.reserve(reservation);
    switch (outcome?.$case) {
      case 'held':
        return outcome.value;
      case 'insufficientFunds': {
        const { ceilingNanoUsd, availableNanoUsd } = outcome.value;
        throw new Fault(
          'insufficient-quota',
          `Your available balance of ${formatUsd(availableNanoUsd)} USD does not cover this request's highest ` +
            `possible cost of ${formatUsd(ceilingNanoUsd)} USD. Top up, or lower max_completion_tokens.`,
        );
      }
      case 'maximumExceeded':
        throw new Fault(
          'insufficient-quota',
          `This request can cost up to ${formatUsd(outcome.value.ceilingNanoUsd)} USD, more than its maximum of ` +
            `${formatUsd(reservation.maxAmountNanoUsd!)} USD. Raise max_cost, or lower max_completion_tokens.`,
          { param: 'max_cost' },
        );
      case 'refused':
      case undefined:
        this.ender.release({ holdId: reservation.holdId, accountId: reservation.accountId });
        throw unavailable(`billing refused the hold: ${ReserveRefusal[outcome?.value ?? 0]}`);
      default:
        return outcome satisfies never;
    }
  }

  /** A time-out is ambiguous: the same id is asked once more, then released. */
  private async reserve(reservation: Reservation): Promise<ReserveResult> {
    try {
      return await this.client.reserve(reservation);
    } catch (error) {
      this.logger.warn({ err: error, holdId: reservation.holdId }, 'holds: no reply, asking again');
    }
    try {
      return await this.client.reserve(reservation);
    } catch (error) {
      this.ender.release({ holdId: reservation.holdId, accountId: reservation.accountId });
      throw unavailable('billing did not answer', error);
    }
  }
}

function unavailable(internal: string, cause?: unknown): Fault {
  return new Fault('unavailable', 'Billing is not available. Please try again.', {
    internal,
    cause,
    retryAfterSeconds: 1,
  });
}
