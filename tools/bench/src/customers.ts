import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { NewKey, SystemOperator } from '@tokenroute/local-system';

const creditNanoUsd = 1_000_000_000_000_000n;
const holdsEndWithinMs = 60_000;

/** Accounts with money, a key each, and what they have paid. */
export class Customers {
  private constructor(
    private readonly operator: SystemOperator,
    private readonly accounts: readonly { id: string; secret: string }[],
    private balanceNanoUsd: bigint,
  ) {}

  static async create(
    operator: SystemOperator,
    count: number,
    limits: Pick<NewKey, 'requestsPerMinute' | 'tokensPerMinute'>,
  ): Promise<Customers> {
    const accounts = [];
    for (let made = 0; made < count; made += 1) {
      const { id } = await operator.createAccount(`${randomUUID()}@example.com`, creditNanoUsd);
      const { secret } = await operator.createKey({ accountId: id, ...limits });
      accounts.push({ id, secret });
    }
    const customers = new Customers(operator, accounts, 0n);
    await customers.takeSpent();
    return customers;
  }

  get secrets(): string[] {
    return this.accounts.map(({ secret }) => secret);
  }

  /**
   * What all of them paid since this was last asked, once every hold of theirs has ended.
   * @throws Error when holds stay open
   */
  async takeSpent(): Promise<bigint> {
    const deadline = Date.now() + holdsEndWithinMs;
    for (;;) {
      const accounts = await Promise.all(this.accounts.map(({ id }) => this.operator.findAccount(id)));
      const held = accounts.reduce((sum, account) => sum + account!.heldNanoUsd, 0n);
      if (held === 0n) {
        const balance = accounts.reduce((sum, account) => sum + account!.balanceNanoUsd, 0n);
        const spent = this.balanceNanoUsd - balance;
        this.balanceNanoUsd = balance;
        return spent;
      }
      if (Date.now() > deadline) throw new Error(`holds stay open: ${held} nano-USD are held`);
      await delay(50);
    }
  }
}
