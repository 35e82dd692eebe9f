import { DeadLetters } from './dead-letters.js';
import { HouseLoss } from './house-loss.js';
import { LedgerProof } from './ledger-proof.js';

/** The books as a whole. */
export function Books() {
  return (
    <>
      <LedgerProof />
      <DeadLetters />
      <HouseLoss />
    </>
  );
}
