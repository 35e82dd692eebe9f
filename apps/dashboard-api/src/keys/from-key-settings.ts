import type { ApiKey } from '@tokenroute/contracts';
import type { ChangeKeyBody, CreateKeyBody } from './keys-contract.js';

type Settings = Pick<
  ApiKey,
  'name' | 'allowedModels' | 'requestsPerMinute' | 'tokensPerMinute' | 'monthlyBudgetNanoUsd' | 'expiresAt'
>;

export function fromKeySettings(body: CreateKeyBody): Settings {
  return {
    name: body.name,
    allowedModels: body.allowedModels,
    requestsPerMinute: body.requestsPerMinute ?? undefined,
    tokensPerMinute: body.tokensPerMinute ?? undefined,
    monthlyBudgetNanoUsd: fromText(body.monthlyBudgetNanoUsd),
    expiresAt: body.expiresAt === null ? undefined : new Date(body.expiresAt),
  };
}

const fieldNames: Record<keyof ChangeKeyBody, string> = {
  name: 'name',
  allowedModels: 'allowed_models',
  requestsPerMinute: 'requests_per_minute',
  tokensPerMinute: 'tokens_per_minute',
  monthlyBudgetNanoUsd: 'monthly_budget_nano_usd',
  expiresAt: 'expires_at',
  disabled: 'disabled',
};

/** Null empties a setting: named in the fields and absent from the key. */
export function fromKeyChange(id: string, body: ChangeKeyBody): { key: ApiKey; fields: string[] } {
  const settings = fromKeySettings({
    name: '',
    allowedModels: [],
    requestsPerMinute: null,
    tokensPerMinute: null,
    monthlyBudgetNanoUsd: null,
    expiresAt: null,
    ...body,
  });
  return {
    key: {
      ...settings,
      id,
      disabled: body.disabled ?? false,
      accountId: '',
      display: '',
      createdBy: '',
      rotatedTo: '',
    },
    fields: (Object.keys(body) as (keyof ChangeKeyBody)[])
      .filter((name) => body[name] !== undefined)
      .map((name) => fieldNames[name]),
  };
}

function fromText(amount: string | null): bigint | undefined {
  return amount === null ? undefined : BigInt(amount);
}
