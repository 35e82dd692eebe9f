import { formatUsd } from '@tokenroute/money';
import type { Schemas } from '../api/client.js';
import { parseUsdInput } from './parse-usd-input.js';

/** Alert and automatic top-up as text in a form. */
export interface TopUpFormFields {
  lowBalance: string;
  threshold: string;
  amount: string;
  monthlyCap: string;
}

type Choice = Schemas['TopUpSettingsChoice'];
type Problems = Partial<Record<keyof TopUpFormFields, string>>;

export function toTopUpFormFields(settings: Choice): TopUpFormFields {
  const { lowBalanceNanoUsd, automatic } = settings;
  return {
    lowBalance: textOf(lowBalanceNanoUsd),
    threshold: textOf(automatic?.thresholdNanoUsd),
    amount: textOf(automatic?.amountNanoUsd),
    monthlyCap: textOf(automatic?.monthlyCapNanoUsd),
  };
}

/** The settings, or what is wrong by field. @param isAutomatic whether an automatic top-up is wanted at all */
export function readTopUpForm(
  fields: TopUpFormFields,
  isAutomatic: boolean,
): { settings: Choice } | { problems: Problems } {
  const lowBalanceNanoUsd = fields.lowBalance.trim() === '' ? null : parseUsdInput(fields.lowBalance);
  const amounts = {
    threshold: parseUsdInput(fields.threshold),
    amount: parseUsdInput(fields.amount),
    monthlyCap: parseUsdInput(fields.monthlyCap),
  };
  const problems: Problems = {};
  const message = 'An amount such as 5 or 12.50.';
  if (fields.lowBalance.trim() !== '' && lowBalanceNanoUsd === null) problems.lowBalance = message;
  const { threshold, amount, monthlyCap } = amounts;
  if (!isAutomatic) {
    return problems.lowBalance ? { problems } : { settings: { lowBalanceNanoUsd, automatic: null } };
  }
  for (const name of ['threshold', 'amount', 'monthlyCap'] as const) {
    if (amounts[name] === null) problems[name] = message;
  }
  if (threshold === null || amount === null || monthlyCap === null || problems.lowBalance)
    return { problems };
  const automatic = { thresholdNanoUsd: threshold, amountNanoUsd: amount, monthlyCapNanoUsd: monthlyCap };
  return { settings: { lowBalanceNanoUsd, automatic } };
}

function textOf(nanoUsd: string | null | undefined): string {
  return nanoUsd ? formatUsd(BigInt(nanoUsd)) : '';
}
