import type { JournalEntry } from '../journal.js';

/** The ended entries of a marker id; waits for as many as there must be. */
export async function readJournal(url: string, id: string, count = 1): Promise<JournalEntry[]> {
  const response = await fetch(`${url}/_simulator/journal?id=${id}&await=${count}`);
  const { entries } = (await response.json()) as { entries: JournalEntry[] };
  expect(entries.length).toBe(count);
  return entries;
}
