import { formatPicoUsd } from '@tokenroute/money';
import type { Schemas } from '../api/client.js';
import { showCount, showUsdPerMillion } from './show-usd.js';

export interface ReceiptLine {
  kind: string;
  /** "1,204 tokens × $0.15 per million" */
  arithmetic: string;
  /** Exact, before the one rounding of the sum. */
  amount: string;
}

export function toReceiptLines({ items }: Pick<Schemas['Receipt'], 'items'>): ReceiptLine[] {
  return items.map(({ kind, tokens, picoUsdPerToken, picoUsd }) => ({
    kind: kind.replaceAll('_', ' '),
    arithmetic: `${showCount(tokens)} tokens × ${showUsdPerMillion(picoUsdPerToken)} per million`,
    amount: `$${formatPicoUsd(BigInt(picoUsd))}`,
  }));
}

/** Why the sum of the lines and the cost differ: a cost is rounded up once to a nano-USD. Null: they do not. */
export function roundingOf(receipt: Pick<Schemas['Receipt'], 'items' | 'costNanoUsd'>): string | null {
  if (receipt.costNanoUsd === null) return null;
  const sum = receipt.items.reduce((total, { picoUsd }) => total + BigInt(picoUsd), 0n);
  const difference = BigInt(receipt.costNanoUsd) * 1_000n - sum;
  return difference === 0n ? null : `$${formatPicoUsd(difference)}`;
}
