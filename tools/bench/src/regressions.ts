import type { SummaryRow } from './summary.js';

interface Bound {
  measurement: string;
  what: string;
  of: (row: SummaryRow) => number | undefined;
  least?: number;
  most?: number;
}

/**
 * Counts of work do not depend on how busy a machine is. The two ratios to the proxy do a little, both sides having been
 * measured in the same round: they are a third of what docs/benchmarks.md tells, so that only a real fall trips them.
 */
const bounds: readonly Bound[] = [
  { measurement: 'plain, c = 1', what: 'statements an answer', of: (row) => row.statements, most: 4 },
  { measurement: 'plain, c = 32', what: 'statements an answer', of: (row) => row.statements, most: 0.8 },
  { measurement: 'plain, c = 128', what: 'statements an answer', of: (row) => row.statements, most: 0.4 },
  { measurement: 'plain, c = 128', what: 'bytes of log an answer', of: (row) => row.walBytes, most: 3_000 },
  { measurement: 'plain, c = 32', what: 'of the proxy', of: (row) => row.perSecondOfProxy, least: 0.03 },
  { measurement: 'plain, c = 128', what: 'of the proxy', of: (row) => row.perSecondOfProxy, least: 0.06 },
];

/** What the paid path does worse than it may, in words; empty when nothing. What was not measured is not judged. */
export function regressions(rows: readonly SummaryRow[]): string[] {
  return bounds.flatMap(({ measurement, what, of, least = 0, most = Number.POSITIVE_INFINITY }) => {
    const row = rows.find((each) => each.measurement === measurement && each.target === 'tokenroute');
    const value = row && of(row);
    if (value === undefined || (value >= least && value <= most)) return [];
    const bound = value < least ? `at least ${least}` : `at most ${most}`;
    return [`${measurement}: ${value.toFixed(3)} ${what}, which must be ${bound}`];
  });
}
