/** The file that a process under test looks into for its crash trap; undefined: it has none. */
export function crashTrapFile(): string | undefined {
  return process.env['CRASH_TRAP_FILE'] || undefined;
}

/** The file in which a process under test writes down its HTTP routes; undefined: nowhere. */
export function routeJournalFile(): string | undefined {
  return process.env['ROUTE_JOURNAL_FILE'] || undefined;
}

/** How long NATS stays away. Short in every test run; `npm run outage` makes it five minutes. */
export function outageMs(): number {
  return Number(process.env['NATS_OUTAGE_SECONDS'] || 8) * 1_000;
}

/** What the images hold, as deploy/image-contents.mjs writes it; undefined: it was not made for this run. */
export function imagesFolder(): string | undefined {
  return process.env['IMAGES_FOLDER'] || undefined;
}
