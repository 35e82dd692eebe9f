const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** "12 s ago", "5 min ago", "3 h ago", "2 d ago", then the date. */
export function showAgo(time: string, now: number): string {
  const passed = now - Date.parse(time);
  if (passed < 5_000) return 'just now';
  if (passed < minute) return `${Math.floor(passed / 1_000)} s ago`;
  if (passed < hour) return `${Math.floor(passed / minute)} min ago`;
  if (passed < day) return `${Math.floor(passed / hour)} h ago`;
  if (passed < 14 * day) return `${Math.floor(passed / day)} d ago`;
  return showDate(time);
}

/** "28 Nov 2026": a day in UTC, as the books count days. */
export function showDate(time: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  }).format(new Date(time));
}

/** "28 Nov 2026, 17:04:05 UTC" */
export function showTime(time: string): string {
  return `${showDate(time)}, ${time.slice(11, 19)} UTC`;
}

/** "340 ms", "2.1 s", "1 min 5 s" */
export function showDuration(durationMs: number): string {
  if (durationMs < 1_000) return `${Math.round(durationMs)} ms`;
  if (durationMs < minute) return `${(durationMs / 1_000).toFixed(1)} s`;
  return `${Math.floor(durationMs / minute)} min ${Math.round((durationMs % minute) / 1_000)} s`;
}
