import type { CreateKeyRequest } from '@tokenroute/contracts';
import { allowedModelsOf, budgetOf, expiryOf, keyNameOf, limitOf, uuidOf } from './key-rules.js';

/** What a key's owner decides about it. */
export interface KeySettings {
  accountId: string;
  name: string;
  requestsPerMinute: number | null;
  tokensPerMinute: number | null;
  allowedModels: string[];
  expiresAt: Date | null;
  monthlyBudgetNanoUsd: bigint | null;
}

/** @throws Fault `invalid-request` naming the first field that does not fit */
export function fromCreateKeyRequest(request: CreateKeyRequest, now: Date): KeySettings {
  return {
    accountId: uuidOf(request.accountId, 'account_id'),
    name: keyNameOf(request.name, 'name'),
    requestsPerMinute: limitOf(request.requestsPerMinute, 'requests_per_minute'),
    tokensPerMinute: limitOf(request.tokensPerMinute, 'tokens_per_minute'),
    allowedModels: allowedModelsOf(request.allowedModels, 'allowed_models'),
    expiresAt: expiryOf(request.expiresAt, now, 'expires_at'),
    monthlyBudgetNanoUsd: budgetOf(request.monthlyBudgetNanoUsd, 'monthly_budget_nano_usd'),
  };
}
