/** What was seen from outside the system: by its clients, by the provider's stand-in, by whoever breaks it. */

/** What an error tells its client: ask again; unknown whether it was done; do not ask again. */
export type ErrorClass = 'transient' | 'ambiguous' | 'definitive';

/** What the client does with its answer. */
export type Behaviour = 'reads' | 'leaves' | 'reads-slowly';

/** What is asked: the name is the journal's too, and of one account no two requests plan the same output. */
export interface Question {
  name: string;
  accountId: string;
  keyId: string;
  secret: string;
  model: string;
  provider: string;
  stream: boolean;
  /** Output tokens that the stand-in generates. */
  tokens: number;
  behaviour: Behaviour;
  /** The request has the name as its Idempotency-Key, and is sent again. */
  named: boolean;
}

/** One HTTP request and its answer, as its client saw them. */
export interface Exchange {
  question: Question;
  gateway: string;
  /** Milliseconds since 1970, as all moments here. */
  startedAt: number;
  endedAt: number;
  /** Null: no answer began. */
  status: number | null;
  requestId: string | null;
  /** The whole body came, or `[DONE]`. */
  complete: boolean;
  /** What the answer says it cost. */
  costNanoUsd: bigint | null;
  /** Null: it was answered, or the client left by itself. Undefined: an error that nobody has a class for. */
  errorClass: ErrorClass | null | undefined;
  /** What happened, for a report. */
  detail: string;
}

export interface Account {
  id: string;
  /** Has little money: it may be told that it is not enough. */
  isPoor: boolean;
}

/** Money that was given to an account, each once however often it was told. */
export interface Credit {
  accountId: string;
  kind: 'grant' | 'top-up';
  amountNanoUsd: bigint;
}

export interface Revocation {
  keyId: string;
  secret: string;
  accountId: string;
  /** When it was asked for, and when auth had confirmed it (null: never). */
  askedAt: number;
  confirmedAt: number | null;
}

/** A request as the provider's stand-in wrote it down; `input` and `output` are all of it, `cached` is in `input`. */
export interface JournalEntry {
  id: string;
  model: string;
  status: number | null;
  usage: { input: number; cached: number; output: number } | null;
  tokensWritten: number;
  complete: boolean;
}

/** A hold as the books have it at the end. */
export interface HoldRow {
  id: string;
  accountId: string;
  state: 'held' | 'settled' | 'released' | 'expired';
  model: string | null;
  amountNanoUsd: bigint;
  costNanoUsd: bigint | null;
  chargedNanoUsd: bigint | null;
  outputTokens: number | null;
  estimated: boolean;
}

/** The books at the end, which are what is judged. */
export interface Books {
  holds: HoldRow[];
  accounts: { id: string; balanceNanoUsd: bigint; heldNanoUsd: bigint }[];
  losses: { holdId: string; reason: string; amountNanoUsd: bigint }[];
  /** Broken invariants of the ledger, as the product's own proof tells them. */
  broken: string[];
}
