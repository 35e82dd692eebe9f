import { createHash } from 'node:crypto';

const pattern = /^[a-zA-Z0-9]{9}$/;
const alphabet = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const length = 9;

/**
 * An id that Mistral takes: nine letters or digits. Its own pass as they are; another provider's becomes the same one
 * every time, so that a call and its result still meet. There is no way back, and none is needed: an answer names only
 * ids that Mistral minted in it.
 * https://docs.mistral.ai/capabilities/function_calling
 */
export function toMistralToolCallId(id: string): string {
  return pattern.test(id) ? id : digest(id);
}

/** An id for a call that Mistral gave none. */
export function mintToolCallId(requestId: string, choice: number, index: number): string {
  return digest(`${requestId} ${choice} ${index}`);
}

function digest(text: string): string {
  const bytes = createHash('sha256').update(text).digest();
  return [...bytes.subarray(0, length)].map((byte) => alphabet[byte % alphabet.length]).join('');
}
