/** How the requests of customers of very different size spread over shards that each have whole accounts. */
export interface AccountSpread {
  /** Shares of all requests. */
  largestAccount: number;
  heaviestShard: number;
}

/** The n-th largest account makes 1/n as many requests as the largest (Zipf); which shard has it is left to chance. */
export function spreadAccounts(accounts: number, shards: number, random: () => number): AccountSpread {
  const loads = new Array<number>(shards).fill(0);
  let total = 0;
  for (let rank = 1; rank <= accounts; rank += 1) {
    total += 1 / rank;
    const shard = Math.floor(random() * shards);
    loads[shard] = loads[shard]! + 1 / rank;
  }
  return { largestAccount: 1 / total, heaviestShard: Math.max(...loads) / total };
}
