import type { ApiKey, UpdateKeyRequest } from '@tokenroute/contracts';
import type { KeySettings } from './from-create-key-request.js';
import { allowedModelsOf, budgetOf, expiryOf, keyNameOf, limitOf, refused } from './key-rules.js';

/** What changes; a key that is disabled already stays so from when it was. */
export type KeyChange = Partial<Omit<KeySettings, 'accountId'>> & { disabled?: boolean };

/** Reads one field each, by its name in the contract. */
const readers: Record<string, (key: ApiKey, now: Date) => KeyChange> = {
  name: (key) => ({ name: keyNameOf(key.name, 'name') }),
  requests_per_minute: (key) => ({
    requestsPerMinute: limitOf(key.requestsPerMinute, 'requests_per_minute'),
  }),
  tokens_per_minute: (key) => ({ tokensPerMinute: limitOf(key.tokensPerMinute, 'tokens_per_minute') }),
  allowed_models: (key) => ({ allowedModels: allowedModelsOf(key.allowedModels, 'allowed_models') }),
  expires_at: (key, now) => ({ expiresAt: expiryOf(key.expiresAt, now, 'expires_at') }),
  monthly_budget_nano_usd: (key) => ({
    monthlyBudgetNanoUsd: budgetOf(key.monthlyBudgetNanoUsd, 'monthly_budget_nano_usd'),
  }),
  disabled: (key) => ({ disabled: key.disabled }),
};

/** @throws Fault `invalid-request` naming the first field that does not fit */
export function fromUpdateKeyRequest(request: UpdateKeyRequest, now: Date): KeyChange {
  const { key, fields } = request;
  if (!key) throw refused('key', 'is required');
  if (!fields || fields.length === 0) throw refused('fields', 'must name what to change');
  const change: KeyChange = {};
  for (const field of fields) {
    const read = readers[field];
    if (!read)
      throw refused('fields', `cannot name \`${field}\`; it is one of ${Object.keys(readers).join(', ')}`);
    Object.assign(change, read(key, now));
  }
  return change;
}
