import type { TestSystem } from '@tokenroute/testing';

/** What the provider's stand-in reported, or would have: `input` and `output` are all of it, `cached` is in `input`. */
export interface ReportedUsage {
  input: number;
  cached: number;
  output: number;
}

/** One request as the provider's stand-in saw it: what it generated and told is the oracle of what may be charged. */
export interface JournalEntry {
  id: string;
  model: string;
  usage: ReportedUsage | null;
  tokensWritten: number;
  /** All of the answer was sent. */
  complete: boolean;
  /** Null: the connection was left open until the end. */
  clientGoneAt: number | null;
  endedAt: number | null;
}

/** All requests since the system was started, in order. */
export async function everyRequest({ simulatorUrl }: TestSystem): Promise<JournalEntry[]> {
  const answer = await fetch(`${simulatorUrl}/_simulator/journal`);
  const { entries, dropped } = (await answer.json()) as { entries: JournalEntry[]; dropped: number };
  if (dropped > 0) throw new Error('the journal has forgotten requests');
  return entries;
}

/** The requests that their scripts name so, in order, once each name has come and all of them have ended. */
export async function endedRequests(system: TestSystem, ...ids: string[]): Promise<JournalEntry[]> {
  const wanted = new Set(ids);
  for (;;) {
    const named = (await everyRequest(system)).filter(({ id }) => wanted.has(id));
    const ended = named.filter(({ endedAt }) => endedAt !== null);
    if (ended.length === named.length && new Set(named.map(({ id }) => id)).size === wanted.size)
      return named;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Resolves when the provider's stand-in has the request that its script names so. */
export async function requestReceived({ simulatorUrl }: TestSystem, id: string): Promise<void> {
  while (!(await fetch(`${simulatorUrl}/_simulator/requests?id=${id}`)).ok) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
