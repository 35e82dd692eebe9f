import { type NanoUsd, nanoUsd } from '@tokenroute/money';

const nanoUsdPerCent = 10_000_000n;

/** Whole US cents, as payment providers count. @throws RangeError when the amount has a fraction of a cent */
export function toCents(amount: bigint): number {
  if (amount % nanoUsdPerCent !== 0n) throw new RangeError('not whole cents');
  return Number(amount / nanoUsdPerCent);
}

export function isWholeCents(amount: bigint): boolean {
  return amount % nanoUsdPerCent === 0n;
}

export function fromCents(cents: number): NanoUsd {
  return nanoUsd(BigInt(cents) * nanoUsdPerCent);
}
