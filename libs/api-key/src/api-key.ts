import { hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const prefix = 'sk-tr-';
const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** 62^32 is 190 bits. */
const secretLength = 32;
/** 62^6 is more than 2^32: room for a CRC32. */
const checksumLength = 6;
const checksumStart = prefix.length + secretLength;

const form = new RegExp(`^${prefix}[0-9A-Za-z]{${secretLength + checksumLength}}$`);

/** For secret scanners: finds whole keys within any text. Confirm a find by `parseApiKey`, which also checks the checksum. */
export const apiKeyPattern = new RegExp(
  `(?<![0-9A-Za-z_-])${prefix}[0-9A-Za-z]{${secretLength + checksumLength}}(?![0-9A-Za-z_-])`,
);

export type ParsedApiKey = { kind: 'well-formed'; key: string } | { kind: 'malformed' };

const malformed: ParsedApiKey = { kind: 'malformed' };

/** A new key: `sk-tr-`, 32 random base62 characters, 6 base62 characters of CRC32 over all that precedes. */
export function generateApiKey(random: (size: number) => Uint8Array = randomBytes): string {
  const unchecked = prefix + randomBase62(secretLength, random);
  return unchecked + checksumOf(unchecked);
}

/**
 * Whether a text has the form of a key and its checksum fits: refuses mistyped and cut keys, and most inventions, before
 * anything is looked up. Every change of one character and every swap of two neighbours is refused. It says nothing about
 * the key being known.
 */
export function parseApiKey(text: string): ParsedApiKey {
  if (text.length !== checksumStart + checksumLength || !form.test(text)) return malformed;
  const fits = checksumOf(text.slice(0, checksumStart)) === text.slice(checksumStart);
  return fits ? { kind: 'well-formed', key: text } : malformed;
}

/**
 * SHA-256 of the key, 32 bytes: what is stored and sent between services instead of the key. 190 random bits cannot be
 * guessed from a fast hash, so a slow one would only cost time on every request.
 */
export function apiKeyDigest(key: string): Buffer {
  return hash('sha256', key, 'buffer');
}

/** What may be shown of a key to recognise it by: `sk-tr-…WXYZ`. */
export function displayApiKey(key: string): string {
  return `${prefix}…${key.slice(-4)}`;
}

function randomBase62(length: number, random: (size: number) => Uint8Array): string {
  // Bytes from here up are drawn again: taken modulo 62 they would favour the first characters.
  const unbiasedBelow = 256 - (256 % alphabet.length);
  let text = '';
  while (text.length < length) {
    for (const byte of random(length - text.length)) {
      if (byte < unbiasedBelow) text += alphabet[byte % alphabet.length];
    }
  }
  return text;
}

function checksumOf(text: string): string {
  let rest = crc32(text);
  let digits = '';
  for (let place = 0; place < checksumLength; place++) {
    digits = alphabet[rest % alphabet.length] + digits;
    rest = Math.floor(rest / alphabet.length);
  }
  return digits;
}
