import { formatUsd } from '@tokenroute/money';
import type { Schemas } from '../api/client.js';
import { parseUsdInput } from './parse-usd-input.js';

/** A key's settings as text in a form; empty: none. */
export interface KeyFormFields {
  name: string;
  allowedModels: string;
  requestsPerMinute: string;
  tokensPerMinute: string;
  monthlyBudget: string;
  /** "2026-12-31" */
  expiresOn: string;
}

type KeySettings = Schemas['KeySettings'];
type Problems = Partial<Record<keyof KeyFormFields, string>>;

export function toKeyFormFields(settings: KeySettings | undefined): KeyFormFields {
  return {
    name: settings?.name ?? '',
    allowedModels: settings?.allowedModels.join(', ') ?? '',
    requestsPerMinute: settings?.requestsPerMinute?.toString() ?? '',
    tokensPerMinute: settings?.tokensPerMinute?.toString() ?? '',
    monthlyBudget: settings?.monthlyBudgetNanoUsd ? formatUsd(BigInt(settings.monthlyBudgetNanoUsd)) : '',
    expiresOn: settings?.expiresAt?.slice(0, 10) ?? '',
  };
}

/** The settings, or what is wrong by field. */
export function readKeyForm(fields: KeyFormFields): { settings: KeySettings } | { problems: Problems } {
  const name = fields.name.trim();
  const requestsPerMinute = limitOf(fields.requestsPerMinute);
  const tokensPerMinute = limitOf(fields.tokensPerMinute);
  const monthlyBudgetNanoUsd =
    fields.monthlyBudget.trim() === '' ? null : parseUsdInput(fields.monthlyBudget);
  const problems: Problems = {
    ...(name === '' && { name: 'Give it a name by which you will know it again.' }),
    ...(requestsPerMinute === undefined && { requestsPerMinute: 'A whole number, 1 or more.' }),
    ...(tokensPerMinute === undefined && { tokensPerMinute: 'A whole number, 1 or more.' }),
    ...(fields.monthlyBudget.trim() !== '' &&
      monthlyBudgetNanoUsd === null && { monthlyBudget: 'An amount such as 25 or 0.50.' }),
  };
  if (Object.keys(problems).length > 0 || requestsPerMinute === undefined || tokensPerMinute === undefined) {
    return { problems };
  }
  const allowedModels = fields.allowedModels
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);
  const expiresAt = fields.expiresOn === '' ? null : `${fields.expiresOn}T23:59:59.999Z`;
  return {
    settings: { name, allowedModels, requestsPerMinute, tokensPerMinute, monthlyBudgetNanoUsd, expiresAt },
  };
}

/** Null: not limited. Undefined: no limit that could be one. */
function limitOf(text: string): number | null | undefined {
  if (text.trim() === '') return null;
  return /^[1-9]\d{0,8}$/.test(text.trim()) ? Number(text) : undefined;
}
