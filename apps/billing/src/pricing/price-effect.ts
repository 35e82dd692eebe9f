import type { Usage } from '@tokenroute/contracts';
import { addNanoUsd, addPicoUsd, type NanoUsd, type PicoUsd, picoUsd, zeroNanoUsd } from '@tokenroute/money';
import { cost } from './cost.js';
import { type CostItemKind, costItems } from './cost-items.js';
import type { Price } from './price.js';
import { type PricePlan, withPlan } from './price-plan.js';

/** A charge as it was: what was used, by whom, and when its answer ended. */
export interface ChargedUse {
  accountId: string;
  usage: Usage;
  usedAt: Date;
}

export interface AccountEffect {
  requests: bigint;
  before: NanoUsd;
  after: NanoUsd;
}

/** By what the token is at either price, exact. */
export interface TokensEffect {
  tokens: bigint;
  before: PicoUsd;
  after: PicoUsd;
}

const kinds: readonly CostItemKind[] = [
  'input',
  'cached_input',
  'cache_write_5m',
  'cache_write_1h',
  'audio_input',
  'output',
];

/** What past charges cost at a price and at the one that is to follow it, added up request by request. */
export class PriceEffect {
  readonly total: AccountEffect = none();
  readonly byAccount = new Map<string, AccountEffect>();
  readonly byKind = new Map<CostItemKind, TokensEffect>(
    kinds.map((kind) => [kind, { tokens: 0n, before: picoUsd(0n), after: picoUsd(0n) }]),
  );

  /**
   * @param before null: there was no price, and nothing to pay
   * @param planOf what an account pays of a list price; null: all of it
   */
  constructor(
    private readonly before: Price | null,
    private readonly after: Price,
    private readonly planOf: (accountId: string) => PricePlan | null,
  ) {}

  add({ accountId, usage, usedAt }: ChargedUse): void {
    const plan = this.planOf(accountId);
    const ofAccount = (price: Price) => (plan ? withPlan(price, plan) : price);
    const after = ofAccount(this.after);
    const before = this.before && ofAccount(this.before);
    let account = this.byAccount.get(accountId);
    if (!account) this.byAccount.set(accountId, (account = none()));
    for (const sum of [this.total, account]) {
      sum.requests += 1n;
      if (before) sum.before = addNanoUsd(sum.before, cost(usage, before, usedAt));
      sum.after = addNanoUsd(sum.after, cost(usage, after, usedAt));
    }
    for (const { kind, tokens, picoUsd } of costItems(usage, after, usedAt)) {
      const sum = this.byKind.get(kind)!;
      sum.tokens += BigInt(tokens);
      sum.after = addPicoUsd(sum.after, picoUsd);
    }
    for (const { kind, picoUsd } of before ? costItems(usage, before, usedAt) : []) {
      const sum = this.byKind.get(kind)!;
      sum.before = addPicoUsd(sum.before, picoUsd);
    }
  }

  /** Accounts whose requests cost another amount, first those for which it makes most. */
  affected(): [accountId: string, effect: AccountEffect][] {
    return [...this.byAccount]
      .filter(([, { before, after }]) => before !== after)
      .sort(([, left], [, right]) => Number(distance(right) - distance(left)));
  }
}

function none(): AccountEffect {
  return { requests: 0n, before: zeroNanoUsd, after: zeroNanoUsd };
}

function distance({ before, after }: AccountEffect): bigint {
  return after > before ? after - before : before - after;
}
