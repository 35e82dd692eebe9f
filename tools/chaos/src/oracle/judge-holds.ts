import type { Exchange, HoldRow } from './facts.js';
import type { FactsIndex } from './facts-index.js';

/** Only what was used after its hold had been taken away from it: what the run itself brings about. */
const explainedReasons = new Set(['hold-expired', 'hold-lost']);

/** Each accepted request has one end, and the one its answer deserves. @returns what is wrong */
export function judgeHolds(index: FactsIndex): string[] {
  return [
    ...index.facts.books.holds.flatMap((hold) => judgeHold(hold, index)),
    ...judgeAnswersWithoutHold(index),
    ...judgeDoubleCharges(index),
  ];
}

function judgeHold(hold: HoldRow, index: FactsIndex): string[] {
  const answer = index.completeExchangeOf(hold.id);
  switch (hold.state) {
    case 'held':
      return [`hold ${hold.id} has no end`];
    case 'settled':
      return judgeCharge(hold, answer, index);
    case 'released': {
      const wasTold = index.lossesByHold.get(hold.id)?.reason === 'after-release';
      return answer && !wasTold ? [`the complete answer ${hold.id} was given back`] : [];
    }
    case 'expired':
      return answer ? judgeLostCharge(answer, index) : [];
    default:
      return hold.state satisfies never;
  }
}

function judgeCharge(hold: HoldRow, answer: Exchange | undefined, index: FactsIndex): string[] {
  const { id, costNanoUsd: cost, chargedNanoUsd: charged } = hold;
  const wrong: string[] = [];
  if (hold.estimated) {
    if (answer) wrong.push(`the complete answer ${id} was charged by an estimate`);
    // A hold that PostgreSQL lost in its crash left no amount to go by.
    if (hold.amountNanoUsd > 0n && cost! > hold.amountNanoUsd)
      wrong.push(`the incomplete answer ${id} was charged ${cost}, above its hold of ${hold.amountNanoUsd}`);
  } else {
    const question = index.questionOf(hold);
    const costs = question === undefined ? [] : index.costsOf(question);
    if (!costs.includes(cost!))
      wrong.push(`${id} cost ${cost}, but what was generated costs ${costs.join(' or ') || 'nothing'}`);
  }
  if (charged !== cost) {
    const loss = index.lossesByHold.get(id);
    if (loss === undefined || loss.amountNanoUsd !== cost! - charged! || !explainedReasons.has(loss.reason))
      wrong.push(`${id} cost ${cost} and was charged ${charged}: ${loss?.reason ?? 'without a reason'}`);
  }
  for (const { costNanoUsd: told } of index.exchangesByHold.get(id) ?? []) {
    if (told !== null && told !== charged)
      wrong.push(`the answer ${id} says it cost ${told}, and was charged ${charged}`);
  }
  return wrong;
}

/** An answer whose charge did not wait for billing may be lost with its gateway; nothing else may. */
function judgeLostCharge(answer: Exchange, { facts }: FactsIndex): string[] {
  const id = answer.requestId;
  if (answer.costNanoUsd !== null) return [`the answer ${id} says what it cost, and was never charged`];
  return wasLostWithItsGateway(answer, facts.breakages)
    ? []
    : [`the complete answer ${id} was never charged, and nothing explains it`];
}

function wasLostWithItsGateway(
  { gateway, startedAt }: Exchange,
  { ends, queueLosses }: FactsIndex['facts']['breakages'],
): boolean {
  const queueWasLost = queueLosses.some((at) => at >= startedAt);
  return ends.some(
    ({ service, at, signal }) =>
      service === gateway && at >= startedAt && (signal === 'SIGKILL' || queueWasLost),
  );
}

function judgeAnswersWithoutHold(index: FactsIndex): string[] {
  return index.facts.exchanges.flatMap((exchange) => {
    if (!exchange.complete) return [];
    if (exchange.requestId === null) return [`a complete answer to ${exchange.question.name} has no id`];
    // The hold itself may be lost in a crash of PostgreSQL, as its commit does not wait for the disk.
    return index.holdsById.has(exchange.requestId) ? [] : judgeLostCharge(exchange, index);
  });
}

/** What was generated for one question is charged once, however often it was asked or told. */
function judgeDoubleCharges(index: FactsIndex): string[] {
  const charges = new Map<string, string[]>();
  for (const hold of index.facts.books.holds) {
    if (hold.state !== 'settled' || hold.estimated) continue;
    const question = index.questionOf(hold);
    if (question) charges.set(question.name, [...(charges.get(question.name) ?? []), hold.id]);
  }
  return [...charges].flatMap(([name, holds]) =>
    holds.length > 1 ? [`the question ${name} was charged ${holds.length} times: ${holds.join(', ')}`] : [],
  );
}
