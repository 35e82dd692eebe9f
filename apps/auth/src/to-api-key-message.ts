import type { ApiKey } from '@tokenroute/contracts';
import type { StoredKey } from './keys.repository.js';

/** The digest stays here: it would identify the key to whoever reads the message. */
export function toApiKeyMessage(key: StoredKey): ApiKey {
  return {
    id: key.id,
    accountId: key.accountId,
    name: key.name,
    display: key.display,
    requestsPerMinute: key.requestsPerMinute ?? undefined,
    tokensPerMinute: key.tokensPerMinute ?? undefined,
    allowedModels: key.allowedModels,
    createdAt: key.createdAt,
    expiresAt: key.expiresAt ?? undefined,
    revokedAt: key.revokedAt ?? undefined,
    monthlyBudgetNanoUsd: key.monthlyBudgetNanoUsd ?? undefined,
    disabled: key.disabledAt !== null,
    createdBy: key.createdBy,
    lastUsedAt: key.lastUsedAt ?? undefined,
    rotatedTo: key.rotatedToId ?? '',
  };
}
