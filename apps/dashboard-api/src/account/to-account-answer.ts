import type { Account } from '@tokenroute/contracts';
import type { AccountAnswer } from './account-contract.js';

export function toAccountAnswer(account: Account): AccountAnswer {
  const { id, balanceNanoUsd, heldNanoUsd, frozenAt, frozenReason } = account;
  return {
    id,
    balanceNanoUsd: balanceNanoUsd.toString(),
    heldNanoUsd: heldNanoUsd.toString(),
    availableNanoUsd: (balanceNanoUsd - heldNanoUsd).toString(),
    frozenReason: frozenAt ? frozenReason : null,
  };
}
