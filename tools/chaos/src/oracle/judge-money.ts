import type { FactsIndex } from './facts-index.js';

/** What came in and was not charged is there, to the nano-USD. @returns what is wrong */
export function judgeMoney({ facts }: FactsIndex): string[] {
  const charged = new Map<string, bigint>();
  for (const { accountId, chargedNanoUsd } of facts.books.holds)
    charged.set(accountId, (charged.get(accountId) ?? 0n) + (chargedNanoUsd ?? 0n));
  const cameIn = new Map<string, bigint>();
  for (const { accountId, amountNanoUsd } of facts.credits)
    cameIn.set(accountId, (cameIn.get(accountId) ?? 0n) + amountNanoUsd);
  const wrong = facts.books.broken.map((broken) => `the ledger's own proof fails: ${broken}`);
  for (const { id, balanceNanoUsd, heldNanoUsd } of facts.books.accounts) {
    const expected = facts.initialNanoUsd(id) + (cameIn.get(id) ?? 0n) - (charged.get(id) ?? 0n);
    if (balanceNanoUsd !== expected)
      wrong.push(
        `account ${id} has ${balanceNanoUsd}, but what came in less what was charged is ${expected}`,
      );
    if (heldNanoUsd !== 0n) wrong.push(`of account ${id} ${heldNanoUsd} are held, for nothing`);
  }
  return wrong;
}
