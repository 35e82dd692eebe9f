/** A calendar month in UTC. */
export interface CalendarMonth {
  beginsAt: Date;
  /** The first moment after it. */
  endsAt: Date;
}

/** Reads "2026-11". Null for anything else. */
export function readCalendarMonth(text: string): CalendarMonth | null {
  const match = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(text);
  // Date.UTC takes the years 0 to 99 for those of the last century.
  if (!match || text < '0100') return null;
  const [year, month] = [Number(match[1]), Number(match[2])];
  return { beginsAt: new Date(Date.UTC(year, month - 1)), endsAt: new Date(Date.UTC(year, month)) };
}
