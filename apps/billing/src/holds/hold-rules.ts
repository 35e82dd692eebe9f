import type { Release, Repeatable, Reservation, Settlement, Usage } from '@tokenroute/contracts';
import { validate } from 'uuid';

/** What a reservation must look like before it is priced; anything else is a bug of the sender. */
export function isWellFormedReservation(gatewayId: string, item: Reservation): boolean {
  return (
    validate(gatewayId) &&
    validate(item.holdId) &&
    validate(item.accountId) &&
    validate(item.keyId) &&
    item.inputTokensBound > 0 &&
    item.outputTokensLimit > 0 &&
    (!item.repeatable || isWellFormedRepeatable(item.repeatable))
  );
}

const digestBytes = 32;

function isWellFormedRepeatable({ requestDigest, attemptId }: Repeatable): boolean {
  return requestDigest.length === digestBytes && validate(attemptId);
}

/** The ids a settlement or release must carry. A settlement's key may be missing, an unknown account not. */
export function isWellFormedEnd(item: Release & { keyId?: string }): boolean {
  return validate(item.holdId) && validate(item.accountId) && (!item.keyId || validate(item.keyId));
}

/** A usage must be told: absent and zero are different things, and nothing is charged on a guess. */
export function tellsUsage(item: Settlement): item is Settlement & { usage: Usage } {
  return item.usage !== undefined;
}
