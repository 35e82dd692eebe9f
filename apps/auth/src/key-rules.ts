import type { ChangeAuthor } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';

export type KeyStatus = 'valid' | 'revoked' | 'expired' | 'disabled';

/**
 * Whether a key may be used at a time. From `expiresAt` on it is expired; that it was revoked outweighs that, and what cannot
 * be undone outweighs that it is disabled.
 */
export function keyStatusAt(
  key: { expiresAt: Date | null; revokedAt: Date | null; disabledAt: Date | null },
  now: Date,
): KeyStatus {
  if (key.revokedAt) return 'revoked';
  if (key.expiresAt && key.expiresAt <= now) return 'expired';
  if (key.disabledAt) return 'disabled';
  return 'valid';
}

/** Where the request names none. */
export const defaultKeyName = 'key';

const maxNameCharacters = 100;
const maxAllowedModels = 100;
const maxAllowedModelCharacters = 100;
/** The largest INTEGER of PostgreSQL. */
const maxLimit = 2_147_483_647;
const digestBytes = 32;
const maxDigests = 1_000;
/** One billion USD. */
const maxBudgetNanoUsd = 1_000_000_000n * 1_000_000_000n;
const maxOverlapSeconds = 30 * 24 * 3_600;
const maxAuthorCharacters = 200;
const latestExpiry = new Date('9999-12-31T23:59:59.999Z');

/** Each rule below gives the value back, or throws the Fault `invalid-request` whose message and param name the field. */
export function uuidOf(text: string, field: string): string {
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)) throw refused(field, 'must be a UUID');
  return text.toLowerCase();
}

export function digestOf(bytes: Buffer, field: string): Buffer {
  if (bytes.length !== digestBytes)
    throw refused(field, `must be ${digestBytes} bytes: the SHA-256 of the key`);
  return bytes;
}

export function digestsOf(digests: Buffer[], field: string): Buffer[] {
  if (digests.length > maxDigests) throw refused(field, `must be at most ${maxDigests}`);
  return digests.map((digest, index) => digestOf(digest, `${field}[${index}]`));
}

export function keyNameOf(text: string, field: string): string {
  if (text === '') return defaultKeyName;
  if (charactersOf(text) > maxNameCharacters)
    throw refused(field, `must have at most ${maxNameCharacters} characters`);
  return printable(text, field);
}

/** @returns null when absent: not limited */
export function limitOf(perMinute: number | undefined, field: string): number | null {
  if (perMinute === undefined) return null;
  if (perMinute < 1 || perMinute > maxLimit)
    throw refused(field, `must be from 1 to ${maxLimit}, or absent for no limit`);
  return perMinute;
}

/** @returns null when absent: no budget. Zero is one: the key may spend nothing */
export function budgetOf(nanoUsd: bigint | undefined, field: string): bigint | null {
  if (nanoUsd === undefined) return null;
  if (nanoUsd < 0n || nanoUsd > maxBudgetNanoUsd)
    throw refused(field, `must be from 0 to ${maxBudgetNanoUsd} nano-USD, or absent for no budget`);
  return nanoUsd;
}

export function overlapOf(seconds: number, field: string): number {
  if (seconds > maxOverlapSeconds) throw refused(field, `must be at most ${maxOverlapSeconds}`);
  return seconds;
}

/** Both texts empty when nobody was named. */
export function authorOf(author: ChangeAuthor | undefined): ChangeAuthor {
  const { name = '', address = '' } = author ?? {};
  for (const [field, text] of Object.entries({ 'author.name': name, 'author.address': address })) {
    if (charactersOf(text) > maxAuthorCharacters)
      throw refused(field, `must have at most ${maxAuthorCharacters} characters`);
    printable(text, field);
  }
  return { name, address };
}

export function allowedModelsOf(entries: readonly string[], field: string): string[] {
  if (entries.length > maxAllowedModels)
    throw refused(field, `must have at most ${maxAllowedModels} entries`);
  return entries.map((entry, index) => {
    const place = `${field}[${index}]`;
    if (entry === '') throw refused(place, 'must not be empty');
    if (charactersOf(entry) > maxAllowedModelCharacters) {
      throw refused(place, `must have at most ${maxAllowedModelCharacters} characters`);
    }
    return printable(entry, place);
  });
}

/** @returns null when absent: never expires */
export function expiryOf(date: Date | undefined, now: Date, field: string): Date | null {
  if (date === undefined) return null;
  // The comparison is written so that an invalid date, from a timestamp beyond all calendars, is refused as well.
  if (!(date <= latestExpiry)) throw refused(field, 'must be before the year 10000');
  if (date <= now) throw refused(field, 'must be in the future');
  return date;
}

/** PostgreSQL cannot store a NUL in a text, and nobody can read the others. */
function printable(text: string, field: string): string {
  if (/\p{Cc}/u.test(text)) throw refused(field, 'must not contain control characters');
  return text;
}

/** Code points, as PostgreSQL counts them. */
function charactersOf(text: string): number {
  return [...text].length;
}

export function refused(field: string, rule: string): Fault {
  return new Fault('invalid-request', `${field} ${rule}.`, { param: field });
}
