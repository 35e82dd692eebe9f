import type { Revocation } from '../oracle/facts.js';
import type { Gateway } from '../system/chaos-system.js';

/** Tries every revoked key at every gateway, with nothing broken. @returns what is wrong */
export async function refusesRevokedKeys(
  gateways: readonly Gateway[],
  revocations: readonly Revocation[],
): Promise<string[]> {
  const wrong: string[] = [];
  for (const { name, url } of gateways) {
    for (const { keyId, secret } of revocations) {
      // Refused before anything else is looked at; a key that is taken finds that there is no body.
      const answer = await fetch(`${url}/v1/chat/completions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${secret}` },
      });
      await answer.text();
      if (answer.status !== 401) wrong.push(`${name} still takes the revoked key ${keyId}: ${answer.status}`);
    }
  }
  return wrong;
}
