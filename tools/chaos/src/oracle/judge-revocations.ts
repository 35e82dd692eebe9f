import type { FactsIndex } from './facts-index.js';

/** As published: at the latest so long after auth has confirmed it, while auth can be asked. */
export const revocationBoundMs = 10_000;
/** After trouble on the way to auth: until a connection that is dead is found to be, and another one is there. */
const graceMs = 30_000;

/** No key is accepted for longer than its bound. @returns what is wrong */
export function judgeRevocations({ facts }: FactsIndex): string[] {
  const confirmedAt = new Map(facts.revocations.map(({ keyId, confirmedAt: at }) => [keyId, at]));
  return facts.exchanges.flatMap(({ question, status, startedAt, gateway }) => {
    const at = confirmedAt.get(question.keyId) ?? null;
    if (status !== 200 || at === null || startedAt <= at + revocationBoundMs) return [];
    if (!facts.breakages.authWasReachable(gateway, startedAt - graceMs, startedAt)) return [];
    return [`${gateway} took key ${question.keyId} ${startedAt - at} ms after it was revoked`];
  });
}
