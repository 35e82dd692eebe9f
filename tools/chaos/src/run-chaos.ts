import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { models } from './load/question-plan.js';
import { refusesRevokedKeys } from './load/revoked-keys.js';
import { type AccountMix, Traffic } from './load/traffic.js';
import type { Facts } from './oracle/facts-index.js';
import { FlatPrices } from './oracle/flat-prices.js';
import { judge, type Judgement } from './oracle/judge.js';
import { LedgerWatch } from './oracle/ledger-watch.js';
import { readBooks, readJournal } from './oracle/read-books.js';
import { judgeResources, readResources, type Resources } from './oracle/resource-watch.js';
import { Random } from './random.js';
import { authWasReachable } from './schedule/auth-reachability.js';
import type { FaultKind } from './schedule/fault.js';
import { FaultInjector, type InjectedFault } from './schedule/fault-injector.js';
import { faultSchedule, type ScheduledFaults } from './schedule/fault-schedule.js';
import { withinMs } from './within-ms.js';
import { type ChaosSystem, startChaosSystem } from './system/chaos-system.js';

export interface ChaosOptions {
  seed: number;
  /** For how long things go wrong. */
  faultsMs: number;
  kinds?: readonly FaultKind[];
  /** Instead of what comes from the seed. */
  schedule?: readonly ScheduledFaults[];
  clients: number;
  /** Whose models are asked for. */
  providers: readonly string[];
  accounts: AccountMix;
  /** After the healing, until everything has to be as before. */
  recoveryMs: number;
  /** In thousandths: of the requests after that, so many have to succeed. */
  leastSuccessPerMille: number;
  /** Until holds, queue and payments have come to rest. */
  restMs: number;
  /** The repository, or a copy of what is built in it. */
  product: string;
  /** Takes data and logs. */
  folder: string;
  signal: AbortSignal;
  say: (line: string) => void;
}

export interface ChaosRun {
  seed: number;
  faultsMs: number;
  startedAt: Date;
  injected: InjectedFault[];
  judgement: Judgement;
  looks: number;
  eventsSent: number;
  revocations: number;
  resources: { before: Resources; after: Resources };
}

const warmUpMs = 5_000;
/** Of the load after the recovery, which has to succeed. */
const afterRecoveryMs = 10_000;
const idleMs = 2_000;

/** Starts the product, breaks it for a while, heals it, and judges what clients and books say. */
export async function runChaos(options: ChaosOptions): Promise<ChaosRun> {
  const startedAt = new Date();
  options.say('starting the servers and the product, every link through a proxy');
  const system = await startChaosSystem(options.product, options.folder, options.providers);
  try {
    return await new Run(options, system, startedAt).run();
  } finally {
    await system.stop();
  }
}

/** One run on a system that is there. */
class Run {
  private readonly injector: FaultInjector;
  private readonly watch: LedgerWatch;

  constructor(
    private readonly options: ChaosOptions,
    private readonly system: ChaosSystem,
    private readonly startedAt: Date,
  ) {
    this.injector = new FaultInjector(system, options.say);
    this.watch = new LedgerWatch(system.databaseUrl);
  }

  async run(): Promise<ChaosRun> {
    const { options, system } = this;
    const { seed, faultsMs, providers, say } = options;
    const offered = models.filter(({ provider }) => providers.includes(provider));
    const names = offered.map(({ model }) => model);
    const prices = await this.query((database) => FlatPrices.read(database, names));
    const spareKeys = Math.ceil(faultsMs / 3_500) + 2;
    const random = new Random(seed).fork();
    const traffic = await Traffic.prepare(system, offered, { ...options, spareKeys }, random);

    this.watch.start();
    traffic.startAsking();
    await pause(warmUpMs);
    const before = await this.resources();
    traffic.startPayingAndRevoking();
    say(`breaking things for ${faultsMs / 1_000} s, seed ${seed}`);
    await this.breakThings();
    say('healing');
    traffic.load.becomeCalm();
    const problems = await this.finished('parts that come back', () => this.injector.heal());
    const healedAt = Date.now();
    await pause(options.recoveryMs + afterRecoveryMs);
    say('coming to rest');
    problems.push(...(await this.comeToRest(traffic)));
    await pause(idleMs);
    const after = await this.resources();
    await this.watch.stop();
    problems.push(
      ...this.injector.ownDeaths.map((service) => `${service} died, though nobody killed it`),
      ...judgeResources(before, after),
    );
    return {
      seed,
      faultsMs,
      startedAt: this.startedAt,
      injected: this.injector.injected,
      judgement: judge(await this.factsOf(traffic, prices), {
        ...options,
        healedAt,
        brokenBooks: this.watch.violations,
        problems,
      }),
      looks: this.watch.looks,
      eventsSent: traffic.moneyIn.eventsSent,
      revocations: traffic.revocations.revocations.length,
      resources: { before, after },
    };
  }

  private async breakThings(): Promise<void> {
    const { seed, faultsMs, kinds, signal } = this.options;
    const breakable = { services: breakableServices(this.system), links: this.system.links.all };
    const schedule = this.options.schedule ?? faultSchedule(seed, faultsMs, breakable, kinds);
    await this.injector.run(schedule, faultsMs, signal);
  }

  /** Everything that was begun comes to its end. @returns what is wrong */
  private async comeToRest({ load, moneyIn, revocations }: Traffic): Promise<string[]> {
    return [
      ...(await this.finished('requests that end', () => load.stop())),
      ...(await this.finished('payments and grants that are taken', (givenUp) => moneyIn.finish(givenUp))),
      ...(await this.finished('revocations that are confirmed', (givenUp) => revocations.finish(givenUp))),
      ...(await this.finished('holds and payments that come to rest', (givenUp) => this.rest(givenUp))),
      ...(await refusesRevokedKeys(this.system.gateways, revocations.revocations)),
    ];
  }

  private async factsOf(traffic: Traffic, prices: FlatPrices): Promise<Facts> {
    const { injected, ends, queueLosses } = this.injector;
    return {
      exchanges: traffic.load.exchanges,
      journal: await readJournal(this.system.simulatorUrl),
      credits: traffic.moneyIn.credits,
      initialNanoUsd: (id) => traffic.customers.creditNanoUsd(id),
      poorAccounts: traffic.poorAccounts,
      revocations: traffic.revocations.revocations,
      breakages: {
        ends,
        queueLosses,
        authWasReachable: (gateway, from, to) => authWasReachable(injected, gateway, from, to),
      },
      prices,
      books: await this.query((database) => readBooks(database, this.system.operator)),
    };
  }

  /** @returns what is wrong when it takes for ever */
  private async finished(what: string, work: (givenUp: AbortSignal) => Promise<unknown>): Promise<string[]> {
    const { restMs } = this.options;
    return (await withinMs(restMs, work)) ? [] : [`waited ${restMs / 1_000} s in vain for ${what}`];
  }

  /** Resolves when no hold is open and every event of a payment has led to something. */
  private async rest(givenUp: AbortSignal): Promise<void> {
    while (!givenUp.aborted) {
      const isAtRest = await this.query(async (database) => {
        const { rows } = await database.query<{ open: boolean }>(
          `SELECT EXISTS (SELECT FROM billing.holds WHERE state = 'held')
               OR EXISTS (SELECT FROM billing.stripe_events WHERE state = 'received') AS open`,
        );
        return !rows[0]!.open;
      });
      if (isAtRest) return;
      await pause(250);
    }
  }

  private resources(): Promise<Resources> {
    return this.query((database) => readResources(this.system, database));
  }

  /** On a connection of its own, around all faults. */
  private async query<Result>(work: (database: pg.Client) => Promise<Result>): Promise<Result> {
    const database = new pg.Client({ connectionString: this.system.databaseUrl });
    database.on('error', () => undefined);
    await database.connect();
    try {
      return await work(database);
    } finally {
      await database.end();
    }
  }
}

/** Not the stand-in of the providers: its journal is what the oracle goes by. */
function breakableServices({ services }: ChaosSystem): string[] {
  return services.names.filter((name) => name !== 'provider-simulator');
}
