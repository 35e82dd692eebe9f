/** One hold as the model sees it. */
export interface ModelHold {
  account: string;
  state: 'held' | 'settled' | 'released' | 'expired';
  amount: bigint;
  /** Its gateway is silent: the next expiry ends it. */
  silent: boolean;
  cost: bigint | null;
  charged: bigint | null;
}

interface ModelPayment {
  account: string;
  credited: boolean;
}

interface ModelRefund {
  payment: string;
  amount: bigint;
}

/** What money promises, in the fewest words: the tests hold the database to it. An outcome is its text. */
export class HoldModel {
  constructor(
    readonly balances = new Map<string, bigint>(),
    readonly holds = new Map<string, Readonly<ModelHold>>(),
    /** What the house bears of a hold or a refund, and why. */
    readonly losses = new Map<string, string>(),
    private readonly grants = new Map<string, string>(),
    private readonly payments = new Map<string, Readonly<ModelPayment>>(),
    readonly refunds = new Map<string, Readonly<ModelRefund>>(),
  ) {}

  copy(): HoldModel {
    return new HoldModel(
      new Map(this.balances),
      new Map(this.holds),
      new Map(this.losses),
      new Map(this.grants),
      new Map(this.payments),
      new Map(this.refunds),
    );
  }

  held(account: string): bigint {
    const open = [...this.holds.values()].filter((hold) => hold.account === account && hold.state === 'held');
    return open.reduce((sum, hold) => sum + hold.amount, 0n);
  }

  available(account: string): bigint {
    return this.balances.get(account)! - this.held(account);
  }

  grant(id: string, account: string, amount: bigint): string {
    if (!this.balances.has(account)) return 'unknown-account';
    const before = this.grants.get(id);
    if (before !== undefined) return before === `${account} ${amount}` ? 'granted' : 'conflict';
    this.grants.set(id, `${account} ${amount}`);
    this.balances.set(account, this.balances.get(account)! + amount);
    return 'granted';
  }

  /** @param amount what was paid; `asked` what the top-up was for */
  pay(id: string, account: string, amount: bigint, asked: bigint): string {
    if (this.payments.get(id)?.credited) return 'already-credited';
    const credited = amount === asked;
    this.payments.set(id, { account, credited });
    if (!credited) return 'held';
    this.balances.set(account, this.balances.get(account)! + amount);
    return 'credited';
  }

  /** What the customer has not left to give back is the house's loss. */
  refund(id: string, payment: string, amount: bigint): string {
    const paid = this.payments.get(payment);
    if (!paid?.credited) return 'payment-not-credited';
    const before = this.refunds.get(id);
    if (before) return before.payment === payment && before.amount === amount ? 'already-refunded' : 'held';
    const available = this.available(paid.account);
    const covered = amount < available ? amount : available;
    this.refunds.set(id, { payment, amount });
    this.balances.set(paid.account, this.balances.get(paid.account)! - covered);
    if (covered < amount) this.losses.set(id, `refund-not-covered ${amount - covered}`);
    return 'refunded';
  }

  reserve(id: string, account: string, amount: bigint, silent: boolean): string {
    if (!this.balances.has(account)) return 'unknown-account';
    const hold = this.holds.get(id);
    if (hold && hold.state !== 'held') return 'ended';
    if (hold) return hold.account === account && hold.amount === amount ? `held ${amount}` : 'conflict';
    const available = this.available(account);
    if (amount > available) return `insufficient-funds ${available}`;
    this.holds.set(id, { account, state: 'held', amount, silent, cost: null, charged: null });
    return `held ${amount}`;
  }

  settle(id: string, account: string, cost: bigint): string {
    if (!this.balances.has(account)) return 'unknown-account';
    const hold = this.holds.get(id);
    if (hold && hold.account !== account) return 'conflict';
    if (hold?.state === 'released') {
      if (cost > 0n && !this.losses.has(id)) this.losses.set(id, `after-release ${cost}`);
      return 'conflict';
    }
    if (hold?.state === 'settled') return hold.cost === cost ? `charged ${cost} ${hold.charged}` : 'conflict';
    const { amount, silent } = hold ?? { amount: 0n, silent: false };
    const available = this.available(account) + (hold?.state === 'held' ? amount : 0n);
    const charged = cost < available ? cost : available;
    const reason = { held: 'above-hold', expired: 'hold-expired', none: 'hold-lost' }[hold?.state ?? 'none'];
    if (charged < cost) this.losses.set(id, `${reason} ${cost - charged}`);
    this.holds.set(id, { account, state: 'settled', amount, silent, cost, charged });
    this.balances.set(account, this.balances.get(account)! - charged);
    return `charged ${cost} ${charged}`;
  }

  release(id: string, account: string): string {
    if (!this.balances.has(account)) return 'unknown-account';
    const tombstone = {
      account,
      state: 'released',
      amount: 0n,
      silent: false,
      cost: null,
      charged: null,
    } as const;
    const hold = this.holds.get(id) ?? tombstone;
    if (hold.account !== account || hold.state === 'settled') return 'conflict';
    this.holds.set(id, { ...hold, state: 'released' });
    return 'released';
  }

  expire(): string {
    const lost = [...this.holds].filter(([, hold]) => hold.state === 'held' && hold.silent);
    for (const [id, hold] of lost) this.holds.set(id, { ...hold, state: 'expired' });
    return String(lost.length);
  }
}
