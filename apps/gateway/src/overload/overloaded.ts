import { Fault } from '@tokenroute/faults';

/** What there is too much of: requests under way, those that wait to begin, what waits for billing, requests with one provider. */
export const refusalReasons = ['requests', 'queue', 'billing', 'provider'] as const;
export type RefusalReason = (typeof refusalReasons)[number];

export const longestRetrySeconds = 3;
let turn = 0;

/** When to try again: those who are refused together are not to come back together. */
export function nextRetrySeconds(): number {
  turn = (turn % longestRetrySeconds) + 1;
  return turn;
}

/** There is more to do than can be done: refused before anything was held, to be asked again a little later. */
export class Overloaded extends Fault {
  constructor(
    readonly reason: RefusalReason,
    publicMessage = 'The service is overloaded. Please try again.',
  ) {
    super('unavailable', publicMessage, { retryAfterSeconds: nextRetrySeconds() });
  }
}
