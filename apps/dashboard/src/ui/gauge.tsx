interface GaugeProps {
  /** What is measured, in words with its figures. */
  label: string;
  /** 0 to 100. */
  percent: number;
  /** A share of a whole, not of a limit: a high one is no warning. */
  isShare?: boolean;
}

const nearlyFull = 80;

/** How much of something is used. */
export function Gauge({ label, percent, isShare = false }: GaugeProps) {
  const fill =
    isShare || percent < nearlyFull ? 'fill-accent' : percent < 100 ? 'fill-warning' : 'fill-danger';
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox="0 0 100 6"
      preserveAspectRatio="none"
      className="mt-1 h-1.5 w-full"
    >
      <rect width="100" height="6" className="fill-line" />
      <rect width={percent} height="6" className={fill} />
    </svg>
  );
}
