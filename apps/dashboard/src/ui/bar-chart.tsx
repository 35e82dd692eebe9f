import { useState } from 'react';
import { percentOf, type Bar } from '../figures/usage-figures.js';
import { showCount, showUsd } from '../figures/show-usd.js';

interface BarChartProps {
  label: string;
  bars: Bar[];
  bucket: 'hour' | 'day';
}

const height = 160;

/** What was paid over time. Each bar says its amount when pointed at; the same figures are in a table for those who do not see it. */
export function BarChart({ label, bars, bucket }: BarChartProps) {
  const [pointed, setPointed] = useState<number>();
  const highest = bars.reduce((most, { nanoUsd }) => (nanoUsd > most ? nanoUsd : most), 0n);
  const shown = pointed === undefined ? undefined : bars[pointed];
  return (
    <figure>
      <figcaption className="mb-2 flex h-5 justify-between gap-4 text-xs text-muted">
        <span>{shown ? bucketName(shown.beginsAt, bucket) : label}</span>
        <span className="tabular-nums">
          {shown
            ? `${showUsd(shown.nanoUsd)} · ${showCount(shown.requests)} requests`
            : `most ${showUsd(highest)}`}
        </span>
      </figcaption>
      <svg
        aria-hidden
        className="w-full overflow-visible"
        height={height}
        viewBox={`0 0 ${bars.length} 100`}
        preserveAspectRatio="none"
        onPointerLeave={() => setPointed(undefined)}
      >
        <line
          x1="0"
          x2={bars.length}
          y1="100"
          y2="100"
          className="stroke-line"
          vectorEffect="non-scaling-stroke"
        />
        {bars.map((bar, index) => (
          <BarColumn
            key={bar.beginsAt}
            index={index}
            percent={percentOf(bar.nanoUsd, highest)}
            isPointed={index === pointed}
            onPoint={() => setPointed(index)}
          />
        ))}
      </svg>
      <div aria-hidden className="mt-1 flex justify-between text-xs text-muted">
        <span>{bars[0] && bucketName(bars[0].beginsAt, bucket)}</span>
        <span>{bars.length > 1 && bucketName(bars.at(-1)!.beginsAt, bucket)}</span>
      </div>
      <table className="sr-only">
        <caption>{label}</caption>
        <tbody>
          {bars
            .filter(({ requests }) => requests > 0n)
            .map(({ beginsAt, nanoUsd }) => (
              <tr key={beginsAt}>
                <th scope="row">{bucketName(beginsAt, bucket)}</th>
                <td>{showUsd(nanoUsd)}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </figure>
  );
}

interface BarColumnProps {
  index: number;
  percent: number;
  isPointed: boolean;
  onPoint: () => void;
}

function BarColumn({ index, percent, isPointed, onPoint }: BarColumnProps) {
  // What there was must be seen, however little it was.
  const tall = percent === 0 ? 0 : Math.max(percent, 1.5);
  return (
    <g onPointerEnter={onPoint}>
      <rect x={index} y="0" width="1" height="100" fill="transparent" />
      <rect
        x={index + 0.14}
        y={100 - tall}
        width="0.72"
        height={tall}
        className={isPointed ? 'fill-ink' : 'fill-accent'}
      />
    </g>
  );
}

function bucketName(beginsAt: string, bucket: 'hour' | 'day'): string {
  const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
  const date = day.format(new Date(beginsAt));
  return bucket === 'day' ? date : `${date}, ${beginsAt.slice(11, 16)} UTC`;
}
