import { Inject, Injectable } from '@nestjs/common';
import { type Held, type Reservation, ReserveRefusal, type ReserveResult } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import { formatUsd } from '@tokenroute/money';
import type { Logger } from '@tokenroute/service-kit';
import { BillingLimit } from '../overload/billing-limit.js';
import { Overloaded } from '../overload/overloaded.js';
import { LOGGER } from '../tokens.js';
import { HoldClient } from './hold-client.js';
import { HoldEnder } from './hold-ender.js';

/** What billing says to a reservation. Only a repeatable one can have been settled or have ended before. */
export type TakenHold = { kind: 'held'; held: Held } | { kind: 'already-settled' } | { kind: 'ended' };

/** Takes a hold before anything is dispatched: no hold, no dispatch. */
@Injectable()
export class HoldTaker {
  constructor(
    private readonly client: HoldClient,
    private readonly ender: HoldEnder,
    private readonly limit: BillingLimit,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * @throws Fault insufficient-quota when the balance does not cover the ceiling, or the ceiling is above the
   * reservation's maximum; permission for a frozen account; conflict or invalid-request for a repeatable one that is
   * under way or whose name stands for another request; unavailable when billing does not answer: whatever billing may
   * then hold is released; Overloaded, and then nothing was asked for.
   */
  async take(reservation: Reservation): Promise<TakenHold> {
    if (!this.ender.keepsUp) throw unavailable('settlements are waiting for billing');
    if (!this.limit.admits()) throw new Overloaded('billing');
    const { outcome } = await this.reserve(reservation);
    switch (outcome?.$case) {
      case 'held':
        return { kind: 'held', held: outcome.value };
      case 'alreadySettled':
        return { kind: 'already-settled' };
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
      case 'budgetExceeded':
        throw new Fault(
          'insufficient-quota',
          `This API key's monthly budget has ${formatUsd(outcome.value.leftNanoUsd)} USD left, which does not cover ` +
            `this request's highest possible cost of ${formatUsd(outcome.value.ceilingNanoUsd)} USD.`,
        );
      case 'refused':
      case undefined:
        return this.refused(reservation, outcome?.value ?? ReserveRefusal.RESERVE_REFUSAL_UNSPECIFIED);
      default:
        return outcome satisfies never;
    }
  }

  private refused(reservation: Reservation, refusal: ReserveRefusal): TakenHold {
    if (refusal === ReserveRefusal.RESERVE_REFUSAL_ACCOUNT_FROZEN) throw accountFrozen();
    if (reservation.repeatable) {
      if (refusal === ReserveRefusal.RESERVE_REFUSAL_ENDED) return { kind: 'ended' };
      if (refusal === ReserveRefusal.RESERVE_REFUSAL_IN_PROGRESS) throw inProgress();
      if (refusal === ReserveRefusal.RESERVE_REFUSAL_CONFLICT) throw otherRequest();
    }
    this.ender.disown(reservation);
    throw unavailable(`billing refused the hold: ${ReserveRefusal[refusal]}`);
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
      this.ender.disown(reservation);
      throw unavailable('billing did not answer', error);
    }
  }
}

function accountFrozen(): Fault {
  return new Fault('permission', 'This account is frozen and takes no new requests. Please contact support.');
}

function inProgress(): Fault {
  return new Fault(
    'conflict',
    'A request with this Idempotency-Key is still being answered. Please try again.',
    {
      param: 'Idempotency-Key',
      retryAfterSeconds: 1,
    },
  );
}

function otherRequest(): Fault {
  const message =
    'Idempotency-Key: was used before with another request body. Use a new key for a new request.';
  return new Fault('invalid-request', message, { param: 'Idempotency-Key' });
}

function unavailable(internal: string, cause?: unknown): Fault {
  return new Fault('unavailable', 'Billing is not available. Please try again.', {
    internal,
    cause,
    retryAfterSeconds: 1,
  });
}
