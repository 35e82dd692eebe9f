interface GaugeProps {
  /** What is measured: "Requests per minute". */
  name: string;
  /** How it stands, in words with its figures: "12 of 60". */
  text: string;
  /** 0 to 100. */
  percent: number;
  /** A share of a whole, not of a limit: a high one is no warning. */
  isShare?: boolean;
}

const nearlyFull = 80;

/** How much of something is used. */
export function Gauge({ name, text, percent, isShare = false }: GaugeProps) {
  const fill =
    isShare || percent < nearlyFull ? 'fill-accent' : percent < 100 ? 'fill-warning' : 'fill-danger';
  return (
    <div
      role="meter"
      aria-label={name}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={text}
      title={text}
      className="mt-1"
    >
      <svg aria-hidden viewBox="0 0 100 6" preserveAspectRatio="none" className="h-1.5 w-full">
        <rect width="100" height="6" className="fill-line" />
        <rect width={percent} height="6" className={fill} />
      </svg>
    </div>
  );
}
