import { parseUsd } from '@tokenroute/money';

/** What somebody typed as an amount of USD, as whole nano-USD; null when it is none. "$1,000.50" is one. */
export function parseUsdInput(text: string): string | null {
  const digits = text
    .trim()
    .replace(/^\$\s*/, '')
    .replaceAll(',', '');
  try {
    const amount = parseUsd(digits);
    return amount < 0n ? null : amount.toString();
  } catch {
    return null;
  }
}
