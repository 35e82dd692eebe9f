import type { IncomingHttpHeaders } from 'node:http';
import { Refusal } from '../ask.js';

/** Any key is valid but one that contains the word "invalid". */
export function readBearer(
  headers: IncomingHttpHeaders,
  missing: Refusal,
  invalid: (key: string) => Refusal,
): void {
  const key = /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
  if (key === undefined) throw missing;
  if (key.includes('invalid')) throw invalid(key);
}
