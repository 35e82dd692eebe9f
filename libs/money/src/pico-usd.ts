import { formatDecimal } from './format-decimal.js';
import { formatUsd, type NanoUsd, nanoUsd } from './nano-usd.js';

/** Whole pico-USD (1e-12 USD), the unit of prices per token: a price per million tokens with six decimals is exact. */
export type PicoUsd = bigint & { readonly __unit: 'pico-usd' };

const picoUsdPerNanoUsd = 1_000n;
const decimals = 12;

/** A bigint known to be pico-USD, e.g. a price column. */
export function picoUsd(amount: bigint): PicoUsd {
  return amount as PicoUsd;
}

/** The price of `tokens` tokens at `perToken`, exact. `tokens` is a whole number, zero or more. */
export function tokensAtPrice(tokens: number, perToken: PicoUsd): PicoUsd {
  return picoUsd(BigInt(tokens) * perToken);
}

export function addPicoUsd(...amounts: PicoUsd[]): PicoUsd {
  return picoUsd(amounts.reduce<bigint>((sum, amount) => sum + amount, 0n));
}

/** Sums exact prices and rounds once, up, to whole nano-USD: the house never gives away a fraction, nor rounds twice. */
export function roundUpToNanoUsd(...amounts: PicoUsd[]): NanoUsd {
  return nanoUsd(divideRoundUp(addPicoUsd(...amounts), picoUsdPerNanoUsd));
}

/** Quotient rounded towards positive infinity; `divisor` > 0. */
export function divideRoundUp(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend > 0n && dividend % divisor !== 0n ? quotient + 1n : quotient;
}

/** Writes a total as an exact decimal of USD, two to twelve decimals: 90000000n → "0.00009", 1n → "0.000000000001". */
export function formatPicoUsd(amount: bigint): string {
  return formatDecimal(amount, decimals);
}

const usdPerMillionPattern = /^(\d{1,9})(?:\.(\d{1,6}))?$/;

/**
 * Reads a price in USD per million tokens as one per token, exactly: six decimals are what whole pico-USD can hold.
 * @throws RangeError for anything else; the message repeats the text
 */
export function parseUsdPerMillion(text: string): PicoUsd {
  const match = usdPerMillionPattern.exec(text);
  if (!match) {
    throw new RangeError(`not USD per million tokens with at most six decimals: ${JSON.stringify(text)}`);
  }
  const [, whole, fraction = ''] = match;
  return picoUsd(BigInt(whole! + fraction.padEnd(6, '0')));
}

/** A price per token as the exact USD for a million of them: 150000n → "0.15". */
export function formatUsdPerMillion(perToken: bigint): string {
  // A million times whole pico-USD is whole nano-USD: nothing is rounded.
  return formatUsd((perToken * 1_000_000n) / picoUsdPerNanoUsd);
}
