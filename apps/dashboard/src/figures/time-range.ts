export const rangeNames = ['24h', '7d', '30d'] as const;
export type RangeName = (typeof rangeNames)[number];

/** As the URL has it: a name, or days of one's own, "2026-11-01", both included. */
export interface RangeChoice {
  range?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

export interface TimeRange {
  /** Full hours, ISO 8601, the second one not included. */
  from: string;
  to: string;
  /** Where the stretch of the same length before it begins. */
  previousFrom: string;
  bucket: 'hour' | 'day';
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const lengths: Record<RangeName, number> = { '24h': dayMs, '7d': 7 * dayMs, '30d': 30 * dayMs };
const longestHourlyMs = 2 * dayMs;
const longestMs = 366 * dayMs;

/** What a choice means now. The hour or day that is going on is part of it. A choice that is none means 24 hours. */
export function timeRange(choice: RangeChoice, nowMs: number): TimeRange {
  return customRange(choice) ?? namedRange(choice.range, nowMs);
}

function namedRange(name: string | undefined, nowMs: number): TimeRange {
  const lengthMs = lengths[name as RangeName] ?? dayMs;
  const bucketMs = lengthMs <= longestHourlyMs ? hourMs : dayMs;
  const toMs = (Math.floor(nowMs / bucketMs) + 1) * bucketMs;
  return rangeOf(toMs - lengthMs, toMs);
}

function customRange({ from, to }: RangeChoice): TimeRange | null {
  const fromMs = dayOf(from);
  const lastDayMs = dayOf(to);
  if (fromMs === null || lastDayMs === null || fromMs > lastDayMs) return null;
  const toMs = lastDayMs + dayMs;
  return toMs - fromMs > longestMs ? null : rangeOf(fromMs, toMs);
}

function dayOf(text: string | undefined): number | null {
  if (text === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(text)) return null;
  const timeMs = Date.parse(`${text}T00:00:00Z`);
  return Number.isNaN(timeMs) ? null : timeMs;
}

function rangeOf(fromMs: number, toMs: number): TimeRange {
  return {
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    previousFrom: new Date(fromMs - (toMs - fromMs)).toISOString(),
    bucket: toMs - fromMs <= longestHourlyMs ? 'hour' : 'day',
  };
}

/** The calendar month, in UTC, that a time is in. */
export function monthOf(nowMs: number): Pick<TimeRange, 'from' | 'to'> {
  const now = new Date(nowMs);
  const first = (month: number) => new Date(Date.UTC(now.getUTCFullYear(), month)).toISOString();
  return { from: first(now.getUTCMonth()), to: first(now.getUTCMonth() + 1) };
}

/** The first moments of every hour or day in a range, those without usage too. */
export function bucketsOf({ from, to, bucket }: TimeRange): string[] {
  const stepMs = bucket === 'hour' ? hourMs : dayMs;
  const count = Math.ceil((Date.parse(to) - Date.parse(from)) / stepMs);
  return Array.from({ length: count }, (_, index) =>
    new Date(Date.parse(from) + index * stepMs).toISOString(),
  );
}
