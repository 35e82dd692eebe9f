import type { Exchange } from './facts.js';
import type { FactsIndex } from './facts-index.js';

/** Who may be refused for what, and that everybody can tell what an error means. @returns what is wrong */
export function judgeAnswers(index: FactsIndex): string[] {
  const revokedAt = new Map(index.facts.revocations.map(({ keyId, askedAt }) => [keyId, askedAt]));
  const refusals = index.facts.exchanges.flatMap((exchange) => {
    const { status, question, endedAt, detail } = exchange;
    const about = `${question.stream ? 'stream' : 'plain'} request ${question.name}: ${detail}`;
    if (exchange.errorClass === undefined) return [`nobody knows what to do with this: ${about}`];
    if (status === 401 && !((revokedAt.get(question.keyId) ?? Infinity) <= endedAt))
      return [`a key that nobody revoked was refused: ${about}`];
    if (status === 402 && !index.facts.poorAccounts.has(question.accountId))
      return [`an account with money was told it has none: ${about}`];
    if (status === 403 || status === 429) return [`refused, for trouble that is ours: ${about}`];
    return [];
  });
  return [...refusals, ...judgeRepeats(index)];
}

/**
 * Whoever asks again under the same name gets the same answer. Where nobody was charged for one, a repeat is a real request:
 * its gateway had been silent for so long that the hold was given back.
 */
function judgeRepeats({ facts, holdsById }: FactsIndex): string[] {
  const answers = new Map<string, Exchange[]>();
  for (const exchange of facts.exchanges) {
    const { question, complete } = exchange;
    if (question.named && complete)
      answers.set(question.name, [...(answers.get(question.name) ?? []), exchange]);
  }
  const isPaid = ({ requestId }: Exchange) => holdsById.get(requestId!)?.state === 'settled';
  return [...answers].flatMap(([name, all]) => {
    const firstPaidAt = Math.min(...all.filter(isPaid).map(({ endedAt }) => endedAt));
    const counting = all.filter((exchange) => isPaid(exchange) || exchange.startedAt > firstPaidAt);
    const ids = new Set(counting.map(({ requestId }) => requestId));
    return ids.size > 1 ? [`the name ${name} got ${ids.size} different answers`] : [];
  });
}

/** How many exchanges ended in each way. */
export function countOutcomes(exchanges: readonly Exchange[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { complete, errorClass } of exchanges) {
    const outcome = complete ? 'answered' : errorClass === null ? 'left' : (errorClass ?? 'unclassified');
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}
