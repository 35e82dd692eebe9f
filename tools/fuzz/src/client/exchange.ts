import type { FuzzCase } from '../fuzz-case.js';

/** An answer as it came. */
export interface Answer {
  status: number;
  /** Names in lower case. */
  headers: Record<string, string | undefined>;
  body: string;
}

/** One case, and what the gateway said to it. */
export interface Exchange {
  sent: FuzzCase;
  answers: Answer[];
  /** Set when the connection did not end, or ended without the answer that has to come. */
  silence?: string;
  beganAtUnixMs: number;
  endedAtUnixMs: number;
}
