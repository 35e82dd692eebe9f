/** `amount` units of 10^-decimals as an exact decimal, at least two digits behind the point. */
export function formatDecimal(amount: bigint, decimals: number): string {
  const sign = amount < 0n ? '-' : '';
  const digits = (amount < 0n ? -amount : amount).toString().padStart(decimals + 1, '0');
  const fraction = digits.slice(-decimals).replace(/0+$/, '').padEnd(2, '0');
  return `${sign}${digits.slice(0, -decimals)}.${fraction}`;
}
