import { validate } from 'uuid';

/** A place in an account's requests, the newest first: after the request with this id, begun at this moment. */
export interface PagePlace {
  /** Microseconds since 1970, as the database has them: a Date knows milliseconds. */
  createdAtMicros: bigint;
  id: string;
}

export function toPageToken({ createdAtMicros, id }: PagePlace): string {
  return `${createdAtMicros}.${id}`;
}

/** Null for what is no place. */
export function readPageToken(token: string): PagePlace | null {
  const match = /^(\d{1,17})\.(.{36})$/.exec(token);
  if (!match || !validate(match[2]!)) return null;
  return { createdAtMicros: BigInt(match[1]!), id: match[2]! };
}
