import { formatDecimal } from './format-decimal.js';

/** Whole nano-USD (1e-9 USD): the only form in which an amount is computed, stored or sent. */
export type NanoUsd = bigint & { readonly __unit: 'nano-usd' };

const nanoUsdPerUsd = 1_000_000_000n;
const decimals = 9;
const usdPattern = /^(-?)(\d{1,9})(?:\.(\d{1,9}))?$/;

/** A bigint known to be nano-USD, e.g. from a BIGINT column or an int64 field. */
export function nanoUsd(amount: bigint): NanoUsd {
  return amount as NanoUsd;
}

export const zeroNanoUsd = nanoUsd(0n);

/**
 * Reads a decimal amount of USD, exactly: up to nine digits before and nine after the point, no exponent.
 * @throws RangeError for anything else; the message repeats the text.
 */
export function parseUsd(text: string): NanoUsd {
  const match = usdPattern.exec(text);
  if (!match)
    throw new RangeError(`not an amount of USD with at most ${decimals} decimals: ${JSON.stringify(text)}`);
  const [, sign, whole, fraction = ''] = match;
  const magnitude = BigInt(whole!) * nanoUsdPerUsd + BigInt(fraction.padEnd(decimals, '0'));
  return nanoUsd(sign ? -magnitude : magnitude);
}

/** Writes an amount as an exact decimal of USD, at least two decimals: 1230000n → "0.00123", 10000000000n → "10.00". */
export function formatUsd(amount: bigint): string {
  return formatDecimal(amount, decimals);
}

export function addNanoUsd(...amounts: NanoUsd[]): NanoUsd {
  return nanoUsd(amounts.reduce((sum, amount) => sum + amount, 0n));
}

export function minNanoUsd(left: NanoUsd, right: NanoUsd): NanoUsd {
  return left < right ? left : right;
}
