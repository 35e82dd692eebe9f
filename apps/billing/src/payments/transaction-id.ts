import { v5 as uuidv5 } from 'uuid';

/** Ids of movements of money are names in this namespace, so the same payment has the same id wherever it is heard of. */
const namespace = '9d1b4a52-6c0e-5f1e-8a37-0d5f1c9a7e64';

type Movement = 'payment' | 'refund' | 'refund-reversal' | 'dispute' | 'dispute-reversal';

/** @param providerId the payment provider's own id: `pi_…`, `re_…`, `dp_…` */
export function transactionId(movement: Movement, providerId: string): string {
  return uuidv5(`${movement}:${providerId}`, namespace);
}
