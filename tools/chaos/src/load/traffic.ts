import type { Random } from '../random.js';
import type { ChaosSystem } from '../system/chaos-system.js';
import { type Customers, createCustomers } from './customers.js';
import { KeyRevocations } from './key-revocations.js';
import { Load } from './load.js';
import { MoneyIn } from './money-in.js';
import { type OfferedModel, QuestionPlan } from './question-plan.js';

export interface AccountMix {
  rich: number;
  /** Nearly empty. */
  poor: number;
  /** Of the questions, those of poor accounts. */
  poorShare: number;
}

export interface TrafficOptions {
  clients: number;
  accounts: AccountMix;
  /** Keys that are there to be revoked. */
  spareKeys: number;
}

/** All that customers do: they ask, pay, and revoke keys. */
export class Traffic {
  private constructor(
    readonly customers: Customers,
    readonly load: Load,
    readonly moneyIn: MoneyIn,
    readonly revocations: KeyRevocations,
    private readonly clients: number,
  ) {}

  static async prepare(
    system: ChaosSystem,
    offered: readonly OfferedModel[],
    { clients, accounts, spareKeys }: TrafficOptions,
    random: Random,
  ): Promise<Traffic> {
    const customers = await createCustomers(system.operator, { ...accounts, spareKeys });
    const plan = new QuestionPlan(
      random.fork(),
      offered,
      customers.all,
      customers.spareKeys,
      accounts.poorShare,
    );
    return new Traffic(
      customers,
      new Load(system.gateways, plan, random.fork()),
      new MoneyIn(system, customers.all, random.fork()),
      new KeyRevocations(system, customers.spareKeys, random.fork()),
      clients,
    );
  }

  startAsking(): void {
    this.load.start(this.clients);
  }

  startPayingAndRevoking(): void {
    this.moneyIn.start();
    this.revocations.start();
  }

  get poorAccounts(): Set<string> {
    return new Set(this.customers.all.flatMap(({ id, isPoor }) => (isPoor ? [id] : [])));
  }
}
