import { Metadata } from '@grpc/grpc-js';
import { ServiceProbe } from '@tokenroute/bench';
import { plainEnvironment } from '@tokenroute/chaos';
import { type LocalServersOptions, startLocalServers } from '@tokenroute/local-servers';
import {
  adaptedProviders,
  applyMigrations,
  chooseProviders,
  freePorts,
  RunningSystem,
  services,
  SystemOperator,
} from '@tokenroute/local-system';
import { repository } from './repository.js';

/** The product with all its adapters, and a customer of its own. */
export interface FuzzSystem {
  gatewayPort: number;
  secret: string;
  databaseUrl: string;
  services: RunningSystem;
  /** Looks inside the gateway. */
  gateway: ServiceProbe;
  /** Every broken invariant of the ledger; empty when the books are right. */
  ledgerViolations(): Promise<string[]>;
  stop(): Promise<void>;
}

// A request of the largest model's whole window is held many times at once, and nothing may be refused for want of money.
const creditNanoUsd = 1_000_000n * 1_000_000_000n;
const verifyTimeoutMs = 300_000;

/** Starts all of it on free ports. @param folder takes data and logs */
export async function startFuzzSystem(folder: string): Promise<FuzzSystem> {
  const environment = plainEnvironment();
  const servers = await startLocalServers(serverOptions(folder));
  const undo: (() => Promise<unknown>)[] = [() => servers.stop()];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const gateway = new ServiceProbe('gateway', folder);
    const plain = { repository, folder, databaseUrl: servers.postgres.url, environment };
    await applyMigrations(services, plain);
    const running = new RunningSystem({
      ...plain,
      natsUrl: servers.nats.url,
      redisUrl: servers.redis.url,
      providers: chooseProviders({}, adaptedProviders),
      ports: await freePorts(services),
      // All cases come from one address.
      overrides: { gateway: { ...gateway.environment, MAX_FAILED_AUTHENTICATIONS_PER_MINUTE: '1000000' } },
      keepAlive: false,
    });
    undo.push(() => running.stop());
    await running.start();
    const operator = new SystemOperator({
      auth: running.address('auth', 'grpc'),
      billing: running.address('billing', 'grpc'),
    });
    undo.push(async () => operator.close());
    const account = await operator.createAccount('fuzz@example.com', creditNanoUsd);
    const { secret } = await operator.createKey({ accountId: account.id });
    return {
      gatewayPort: Number(new URL(running.addresses('gateway').http).port),
      secret,
      databaseUrl: servers.postgres.url,
      services: running,
      gateway,
      ledgerViolations: () => ledgerViolations(operator),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function serverOptions(folder: string): LocalServersOptions {
  return {
    folder,
    packagesFolder: `${repository}/.tokenroute/debian`,
    environment: plainEnvironment(),
    origins: ['installed', 'debian-packages'],
    fast: true,
    // Nothing is killed here.
    fsync: false,
  };
}

function ledgerViolations({ billingQuery }: SystemOperator): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const deadline = { deadline: Date.now() + verifyTimeoutMs };
    billingQuery.verifyLedger({}, new Metadata(), deadline, (error, answer) => {
      if (error) return reject(error);
      if (answer.invariants.length === 0) return reject(new Error('nothing was checked'));
      const broken = answer.invariants.filter(({ violations }) => violations > 0);
      resolve(broken.map(({ invariant, rows }) => `${invariant}: ${rows.join(' ')}`));
    });
  });
}
