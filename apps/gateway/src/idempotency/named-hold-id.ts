import { createHash } from 'node:crypto';
import { stringify } from 'uuid';

/**
 * The hold of a named request: the same for the same account, key and attempt wherever and whenever it is asked, so that
 * the hold's primary key at billing rules out a second charge, whatever else was lost. Never to be changed: while two
 * rules are in use, a repeat would be charged again.
 * @param attempt from 0: each one that ended free of charge is followed by the next
 * @returns a UUID of version 8 (RFC 9562): 122 bits of a SHA-256
 */
export function namedHoldId(accountId: string, key: string, attempt: number): string {
  // A key has no line feed, so that no two triples make one text.
  const text = `tokenroute.named-hold.1\n${accountId}\n${attempt}\n${key}`;
  const bytes = createHash('sha256').update(text, 'ascii').digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return stringify(bytes);
}
