import { createHmac } from 'node:crypto';

/**
 * The code that an authenticator app shows (RFC 6238, six digits, 30 seconds).
 * @param secretOfUri base32, as it stands in the otpauth URI
 * @param periods how many periods later than now
 */
export function totp(secretOfUri: string, periods = 0): string {
  const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secretOfUri]
    .map((character) => base32.indexOf(character).toString(2).padStart(5, '0'))
    .join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + periods));
  const digest = createHmac('sha1', key).update(counter).digest();
  const offset = digest.at(-1)! & 15;
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}
