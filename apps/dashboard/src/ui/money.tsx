import { partsOfUsd, showUsd } from '../figures/show-usd.js';

/** An amount, exact: the digits behind the second one are quieter, and there. */
export function Money({ nanoUsd, className = '' }: { nanoUsd: string | bigint; className?: string }) {
  const { sign, whole, fraction } = partsOfUsd(nanoUsd);
  return (
    <span className={`tabular-nums whitespace-nowrap ${className}`} data-nano-usd={nanoUsd.toString()}>
      {sign}${whole}
      {fraction.slice(0, 3)}
      {fraction.length > 3 && <span className="text-muted">{fraction.slice(3)}</span>}
    </span>
  );
}

/** In a column: aligned at the decimal point, whatever stands behind it. */
export function MoneyCell({ nanoUsd }: { nanoUsd: string | bigint }) {
  const { sign, whole, fraction } = partsOfUsd(nanoUsd);
  return (
    <span
      className="flex justify-end tabular-nums"
      data-nano-usd={nanoUsd.toString()}
      title={showUsd(nanoUsd)}
    >
      <span>
        {sign}${whole}
      </span>
      <span className="w-[10ch] text-left">{fraction}</span>
    </span>
  );
}
