import { setTimeout as delay } from 'node:timers/promises';
import {
  ledgerViolations,
  startSystem,
  type StartSystemOptions,
  TestCustomer,
  type TestSystem,
} from '@tokenroute/testing';
import pg from 'pg';
import { ConstantLoad, type LoadOptions } from './constant-load.js';
import { FlatPrice } from './price-rows.js';
import { ReadyGateways } from './ready-gateways.js';

export interface RollingRestartOptions {
  rounds: number;
  providers: readonly string[];
  /** The dashboard's server too. */
  dashboard: boolean;
  load: LoadOptions;
  /** Told after each restart. */
  onRestart?: (service: string, round: number, tookMs: number) => void;
  /** Told as soon as a request failed. */
  onFailure?: (failure: string) => void;
}

export interface RollingRestartReport {
  restarts: number;
  streams: number;
  plainCalls: number;
  /** Requests that failed and streams that were cut off, in words. */
  failures: string[];
  /** What the customer was charged, and what the usage in the answers costs by the price book. */
  chargedNanoUsd: bigint;
  expectedNanoUsd: bigint;
  ledgerViolations: string[];
}

const initialNanoUsd = 100_000_000_000n;

/**
 * Restarts every replica of every service, one after the other as a rolling update does, while streams and plain calls go
 * on without a pause: each gets SIGTERM, ends by itself, and is started again before the next one's turn.
 */
export async function rollingRestart(options: RollingRestartOptions): Promise<RollingRestartReport> {
  const system = await startSystem(systemOptions(options));
  try {
    const customer = await TestCustomer.create(system, '100');
    const gateways = new ReadyGateways(system.gatewayUrls);
    const load = new ConstantLoad(gateways, customer, options.load, options.onFailure);
    let restarts = 0;
    try {
      for (let round = 1; round <= options.rounds; round += 1) {
        for (const service of restartable(system)) {
          const begin = performance.now();
          await restart(system, service);
          restarts += 1;
          options.onRestart?.(service, round, performance.now() - begin);
        }
      }
    } finally {
      await load.end();
      await gateways.close();
    }
    const { balanceNanoUsd } = await customer.settledAccount();
    return {
      restarts,
      streams: load.answered.filter(({ stream }) => stream).length,
      plainCalls: load.answered.filter(({ stream }) => !stream).length,
      failures: load.failures,
      chargedNanoUsd: initialNanoUsd - balanceNanoUsd,
      expectedNanoUsd: await costOf(load, system),
      ledgerViolations: await ledgerViolations(system),
    };
  } finally {
    await system.stop();
  }
}

/** Long enough for those who ask whether it is ready, and for a connection to a replica that has just come back. */
const delayed = { SHUTDOWN_DELAY_MS: '2000' };

function systemOptions({ providers, dashboard }: RollingRestartOptions): StartSystemOptions {
  const adapters = Object.fromEntries(providers.map((provider) => [`adapter-${provider}`, delayed]));
  return {
    gateways: 2,
    auths: 2,
    billings: 2,
    adapters: 2,
    dashboards: 2,
    dashboard,
    providers: [...providers],
    environment: {
      // How long a busy machine takes for an answer is not what is asked here.
      gateway: { ...delayed, AUTH_TIMEOUT_MS: '20000', BILLING_TIMEOUT_MS: '20000' },
      auth: delayed,
      billing: delayed,
      'dashboard-api': delayed,
      ...adapters,
    },
  };
}

/** All but the providers' stand-in. */
function restartable(system: TestSystem): string[] {
  return Object.keys(system.addresses).filter((name) => name !== 'provider-simulator');
}

async function restart(system: TestSystem, service: string): Promise<void> {
  await system.kill(service, 'SIGTERM');
  await system.restart(service);
  // A client that looks every tenth of a second has seen it; what is ready for less time was not ready.
  await delay(500);
}

async function costOf(load: ConstantLoad, system: TestSystem): Promise<bigint> {
  const database = new pg.Client({ connectionString: system.databaseUrl });
  await database.connect();
  try {
    const prices = new Map<string, FlatPrice>();
    for (const model of new Set(load.answered.map((answer) => answer.model))) {
      prices.set(model, await FlatPrice.of(database, model));
    }
    return load.answered.reduce((sum, { model, usage }) => sum + prices.get(model)!.costNanoUsd(usage), 0n);
  } finally {
    await database.end();
  }
}
