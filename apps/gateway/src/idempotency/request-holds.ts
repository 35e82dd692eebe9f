import { Injectable } from '@nestjs/common';
import type { Held, Reservation } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import { HoldEnder } from '../billing/hold-ender.js';
import { HoldTaker } from '../billing/hold-taker.js';
import type { RequestName } from './idempotency-key.js';
import { namedHoldId } from './named-hold-id.js';

/** The hold of a request, or that the request was answered and charged before. */
export type RequestHold = { kind: 'held'; holdId: string; held: Held } | { kind: 'answered'; holdId: string };

/** Failures under one key, after which it must be a mistake to go on. */
const maxAttempts = 20;

/** Takes the hold of a request: under its own id, or under the one that comes from the name its customer gave it. */
@Injectable()
export class RequestHolds {
  constructor(
    private readonly taker: HoldTaker,
    private readonly ender: HoldEnder,
  ) {}

  /**
   * @param reservation its hold id counts when the request has no name
   * @throws Fault as HoldTaker.take; conflict after too many failures under one key
   */
  take(reservation: Reservation, name: RequestName | null): Promise<RequestHold> {
    return name === null ? this.takeOnce(reservation) : this.takeNamed(reservation, name);
  }

  private async takeOnce(reservation: Reservation): Promise<RequestHold> {
    const { holdId } = reservation;
    const taken = await this.taker.take(reservation);
    if (taken.kind !== 'held') throw unavailable(`a new hold is ${taken.kind}`);
    return { kind: 'held', holdId, held: taken.held };
  }

  /** Failures are never repeated to the customer: an attempt that ended free of charge is followed by a real one. */
  private async takeNamed(unnamed: Reservation, { key, ...repeatable }: RequestName): Promise<RequestHold> {
    const { accountId } = unnamed;
    for (let attempt = 0; attempt < maxAttempts; attempt += 1) {
      const holdId = namedHoldId(accountId, key, attempt);
      const reservation = { ...unnamed, holdId, repeatable };
      const taken = await this.taker.take(reservation);
      switch (taken.kind) {
        case 'held':
          return { kind: 'held', holdId, held: taken.held };
        case 'already-settled':
          return { kind: 'answered', holdId };
        case 'ended':
          if (await this.closeFreeOfCharge(reservation)) break;
          return { kind: 'answered', holdId };
        default:
          taken satisfies never;
      }
    }
    const message = `${maxAttempts} attempts with this Idempotency-Key have failed. Use a new key.`;
    throw new Fault('conflict', message, { param: 'Idempotency-Key' });
  }

  /**
   * An expired hold may still be charged by the answer it was made for. Released, it cannot.
   * @returns false when it has been charged meanwhile
   */
  private async closeFreeOfCharge(reservation: Reservation): Promise<boolean> {
    const { holdId, accountId } = reservation;
    const fate = await this.ender.releaseNow({ holdId, accountId });
    switch (fate) {
      case 'released':
        return true;
      case 'refused': {
        const { kind } = await this.taker.take(reservation);
        if (kind === 'already-settled') return false;
        throw unavailable(`a hold that could not be released is ${kind}`);
      }
      case 'unknown':
        throw unavailable('an earlier hold could not be released');
      default:
        return fate satisfies never;
    }
  }
}

function unavailable(internal: string): Fault {
  return new Fault('unavailable', 'Billing is not available. Please try again.', {
    internal,
    retryAfterSeconds: 1,
  });
}
