import { hash } from 'node:crypto';

/**
 * Signatures as providers put on thinking: opaque to the client, to be handed back unaltered. They carry what they
 * sign as a digest, so the simulator needs no memory to tell an altered one.
 */
const MARK = 'tokenroute-simulator';

export function sign(content: string, seed: string): string {
  const nonce = seed.slice(0, 24);
  return Buffer.from(`${MARK}.${nonce}.${hash('sha256', `${MARK}.${nonce}.${content}`)}`).toString('base64');
}

export function isSignatureOf(signature: unknown, content: string): boolean {
  if (typeof signature !== 'string') return false;
  const parts = Buffer.from(signature, 'base64').toString().split('.');
  const [mark, nonce, digest] = parts;
  return parts.length === 3 && mark === MARK && digest === hash('sha256', `${MARK}.${nonce}.${content}`);
}
