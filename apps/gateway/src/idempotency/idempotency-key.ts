import { createHash } from 'node:crypto';
import { Fault } from '@tokenroute/faults';

export const idempotencyKeyHeader = 'idempotency-key';

/** How a customer named a request, so that asking again is no second request. */
export interface RequestName {
  key: string;
  /** SHA-256 of the body as it came: the same key for another body is refused. */
  requestDigest: Buffer;
  /** UUID of this very HTTP request. */
  attemptId: string;
}

const printableAscii = /^[\x20-\x7e]{1,255}$/;

/**
 * The name of a request, null when it has none.
 * @param header the value of `Idempotency-Key`
 * @throws Fault invalid-request naming the header
 */
export function nameRequest(header: string | undefined, body: Buffer, attemptId: string): RequestName | null {
  if (header === undefined) return null;
  if (!printableAscii.test(header)) {
    const message = 'Idempotency-Key: must be 1 to 255 printable ASCII characters.';
    throw new Fault('invalid-request', message, { param: 'Idempotency-Key' });
  }
  return { key: header, requestDigest: createHash('sha256').update(body).digest(), attemptId };
}
