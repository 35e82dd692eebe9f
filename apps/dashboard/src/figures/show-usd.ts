import { formatUsd, formatUsdPerMillion } from '@tokenroute/money';

/** An amount as people read it, exact to the last nano-USD: "10000000000" → "$10.00", "1234567890123" → "$1,234.567890123". */
export function showUsd(nanoUsd: string | bigint): string {
  const { sign, whole, fraction } = partsOfUsd(nanoUsd);
  return `${sign}$${whole}${fraction}`;
}

/** The same in parts, for columns that are aligned at the decimal point. `fraction` begins with the point. */
export function partsOfUsd(nanoUsd: string | bigint): { sign: string; whole: string; fraction: string } {
  const text = formatUsd(BigInt(nanoUsd));
  const sign = text.startsWith('-') ? '−' : '';
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  return { sign, whole: grouped(whole), fraction: `.${fraction}` };
}

/** A price per token as USD for a million of them, exact: "150000" → "$0.15". */
export function showUsdPerMillion(picoUsdPerToken: string | bigint): string {
  const [whole = '', fraction = ''] = formatUsdPerMillion(BigInt(picoUsdPerToken)).split('.');
  return `$${grouped(whole)}.${fraction}`;
}

export function showCount(count: number | bigint): string {
  return grouped(count.toString());
}

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',');
}
