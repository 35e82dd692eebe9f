import type { ApiKey } from '@tokenroute/contracts';
import { timestampOf } from '../contract-primitives.js';
import type { KeyAnswer } from './keys-contract.js';

export function toKeyAnswer(key: ApiKey, now: Date): KeyAnswer {
  return {
    id: key.id,
    name: key.name,
    display: key.display,
    state: stateOf(key, now),
    allowedModels: key.allowedModels,
    requestsPerMinute: key.requestsPerMinute ?? null,
    tokensPerMinute: key.tokensPerMinute ?? null,
    monthlyBudgetNanoUsd: key.monthlyBudgetNanoUsd?.toString() ?? null,
    expiresAt: timestampOf(key.expiresAt),
    createdAt: key.createdAt!.toISOString(),
    createdBy: key.createdBy,
    lastUsedAt: timestampOf(key.lastUsedAt),
    rotatedTo: key.rotatedTo || null,
  };
}

/** Whether requests of the key are counted against limits per minute: those of one that is refused are not. */
export function hasMinuteLimits(key: ApiKey, now: Date): boolean {
  const isLimited = key.requestsPerMinute !== undefined || key.tokensPerMinute !== undefined;
  return isLimited && stateOf(key, now) === 'active';
}

/** As auth would answer for it: what cannot be undone outweighs what can. */
function stateOf({ revokedAt, expiresAt, disabled }: ApiKey, now: Date): KeyAnswer['state'] {
  if (revokedAt) return 'revoked';
  if (expiresAt && expiresAt <= now) return 'expired';
  return disabled ? 'disabled' : 'active';
}
