/** Stands for the customer's key in the headers of a case: a case is the same in every run, a key is not. */
export const keyPlaceholder = 'API-KEY';

interface Numbered {
  index: number;
  /** What was done to it, in words. */
  what: string;
}

/** A request that is proper HTTP and may be anything as a chat request. */
export interface ChatCase extends Numbered {
  kind: 'chat';
  headers: [string, string][];
  body: Buffer;
}

/** Bytes on a connection of their own. */
export interface RawCase extends Numbered {
  kind: 'raw';
  pieces: Buffer[];
  /** Whether an answer has to come before the client ends its side; otherwise what was sent is not complete. */
  isComplete: boolean;
  /** Breaks the connection off instead of ending it. */
  breaksOff: boolean;
}

export type FuzzCase = ChatCase | RawCase;
