/** Recurring hours of the week in UTC. */
export interface PeakHours {
  /** As it was written: "Mon-Fri 01:00-04:00,06:00-10:00". */
  text: string;
  /** 0 is Sunday, as in Date. */
  weekdays: ReadonlySet<number>;
  /** Minutes of the day, the end excluded. */
  spans: readonly { from: number; to: number }[];
}

const weekdayNames = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const minutesPerDay = 24 * 60;

/**
 * Reads "Mon-Fri 01:00-04:00,06:00-10:00": a span of weekdays, then spans of hours in UTC, the end excluded.
 * @throws RangeError for anything else; the message repeats the text
 */
export function parsePeakHours(text: string): PeakHours {
  const match = /^(\w{3})-(\w{3}) (\S+)$/.exec(text);
  const [first, last] = [match?.[1], match?.[2]].map((name) => weekdayNames.indexOf(name ?? ''));
  const spans = (match?.[3] ?? '').split(',').map(parseSpan);
  if (first === undefined || last === undefined || first < 0 || last < 0 || spans.includes(null)) {
    throw new RangeError(`not peak hours: ${JSON.stringify(text)}`);
  }
  const days = ((last - first + 7) % 7) + 1;
  return {
    text,
    weekdays: new Set(Array.from({ length: days }, (_, day) => (first + day) % 7)),
    spans: spans.filter((span) => span !== null),
  };
}

/** Whether a moment falls into the hours. */
export function isPeak(hours: PeakHours, at: Date): boolean {
  const minute = at.getUTCHours() * 60 + at.getUTCMinutes();
  return (
    hours.weekdays.has(at.getUTCDay()) && hours.spans.some(({ from, to }) => from <= minute && minute < to)
  );
}

function parseSpan(text: string): { from: number; to: number } | null {
  const match = /^(\d\d):(\d\d)-(\d\d):(\d\d)$/.exec(text);
  if (!match) return null;
  const [hour, minute, endHour, endMinute] = match.slice(1).map(Number) as [number, number, number, number];
  const from = hour * 60 + minute;
  const to = endHour * 60 + endMinute;
  const valid = minute < 60 && endMinute < 60 && from < to && to <= minutesPerDay;
  return valid ? { from, to } : null;
}
