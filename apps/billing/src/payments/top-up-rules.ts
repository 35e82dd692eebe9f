import type { TopUpSettings } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import { formatUsd, type NanoUsd, parseUsd } from '@tokenroute/money';
import { isWholeCents } from './cents.js';

export interface AmountLimits {
  min: NanoUsd;
  max: NanoUsd;
}

/** One billion USD: far below what a BIGINT of nano-USD holds. */
const highestNanoUsd = 1_000_000_000n * 1_000_000_000n;
const maxUrlLength = 2_000;
const maxTextLength = 200;

export function amountLimits(config: { TOP_UP_MIN_USD: number; TOP_UP_MAX_USD: number }): AmountLimits {
  return { min: parseUsd(String(config.TOP_UP_MIN_USD)), max: parseUsd(String(config.TOP_UP_MAX_USD)) };
}

/** @throws Fault invalid-request naming the field */
export function checkTopUpAmount(field: string, amount: bigint, { min, max }: AmountLimits): void {
  if (amount < min || amount > max)
    throw refused(field, `must be from ${formatUsd(min)} to ${formatUsd(max)} USD, not ${formatUsd(amount)}`);
  if (!isWholeCents(amount)) throw refused(field, `must be whole US cents, not ${formatUsd(amount)}`);
}

/** @throws Fault invalid-request naming the field */
export function checkReturnUrl(field: string, text: string): void {
  const isWeb = URL.canParse(text) && ['http:', 'https:'].includes(new URL(text).protocol);
  if (!isWeb || text.length > maxUrlLength)
    throw refused(field, `must be an http or https address of at most ${maxUrlLength} characters`);
}

/** @throws Fault invalid-request naming the field */
export function checkSettings(settings: TopUpSettings, limits: AmountLimits): void {
  const { lowBalanceNanoUsd, automatic } = settings;
  if (lowBalanceNanoUsd !== undefined) checkThreshold('low_balance_nano_usd', lowBalanceNanoUsd);
  if (!automatic) return;
  checkThreshold('automatic.threshold_nano_usd', automatic.thresholdNanoUsd);
  checkTopUpAmount('automatic.amount_nano_usd', automatic.amountNanoUsd, limits);
  if (automatic.monthlyCapNanoUsd < automatic.amountNanoUsd || automatic.monthlyCapNanoUsd > highestNanoUsd)
    throw refused('automatic.monthly_cap_nano_usd', 'must be at least one top-up');
}

/** A text that an operator must give. @throws Fault invalid-request naming the field */
export function requiredText(field: string, text: string): string {
  const trimmed = text.trim();
  if (trimmed === '' || trimmed.length > maxTextLength)
    throw refused(field, `is required, in at most ${maxTextLength} characters`);
  return trimmed;
}

function checkThreshold(field: string, amount: bigint): void {
  if (amount <= 0n || amount > highestNanoUsd)
    throw refused(field, `must be more than 0 and at most ${formatUsd(highestNanoUsd)} USD`);
}

export function refused(field: string, problem: string): Fault {
  return new Fault('invalid-request', `${field}: ${problem}.`, { param: field });
}
