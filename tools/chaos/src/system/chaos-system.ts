import { credentials } from '@grpc/grpc-js';
import { BillingPaymentsServiceClient } from '@tokenroute/contracts';
import {
  applyMigrations,
  chooseProviders,
  freePorts,
  RunningSystem,
  services,
  SystemOperator,
} from '@tokenroute/local-system';
import { StripeSimulator } from '@tokenroute/stripe-simulator';
import { plainEnvironment } from '../config.js';
import { Links } from '../links/links.js';
import { chaosTable, everyLink, outsiders, throughLinks } from './linked-services.js';
import { NatsStore } from './nats-store.js';
import { OwnServer } from './own-server.js';

export interface Gateway {
  name: string;
  /** Over the clients' link. */
  url: string;
}

/** The whole product, each link of it through a proxy, and the ways around the proxies that the oracle takes. */
export interface ChaosSystem {
  services: RunningSystem;
  servers: Record<'postgres' | 'nats' | 'redis', OwnServer>;
  natsStore: NatsStore;
  links: Links;
  gateways: Gateway[];
  /** Of the first billing. */
  operator: SystemOperator;
  payments: BillingPaymentsServiceClient;
  stripe: StripeSimulator;
  /** Where Stripe finds each billing, over its link. */
  webhookUrls: string[];
  databaseUrl: string;
  simulatorUrl: string;
  stop(): Promise<void>;
}

const environment: Record<string, Record<string, string>> = {
  // All clients come from one address here.
  gateway: { MAX_FAILED_AUTHENTICATIONS_PER_MINUTE: '1000000' },
  // A run has minutes, not hours. Above the three seconds between a gateway's signs of life.
  billing: { GATEWAY_SILENCE_MS: '8000', SWEEP_INTERVAL_MS: '500', PAYMENTS_INTERVAL_MS: '300' },
};

const attemptsToStart = 3;

/**
 * Starts all of it on free ports.
 * @param product the repository, or a copy of what is built in it
 * @param folder takes data and logs
 * @param providers whose adapters run
 */
export async function startChaosSystem(
  product: string,
  folder: string,
  providers: readonly string[],
): Promise<ChaosSystem> {
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const servers = await OwnServer.startAll(folder);
    undo.push(() => Promise.all(Object.values(servers).map((server) => server.stop())));
    const stripe = await StripeSimulator.start();
    undo.push(() => stripe.stop());
    const databaseUrl = servers.postgres.url;
    const plain = { repository: product, folder, databaseUrl, environment: plainEnvironment() };
    await applyMigrations(services, plain);

    const table = chaosTable();
    const ports = await freePorts(table);
    const links = await Links.open(
      everyLink(table, providers, ports, {
        postgres: servers.postgres.port,
        nats: servers.nats.port,
        redis: servers.redis.port,
        stripe: Number(new URL(stripe.url).port),
      }),
    );
    undo.push(() => links.close());
    const running = new RunningSystem({
      ...plain,
      natsUrl: servers.nats.url,
      redisUrl: servers.redis.url,
      providers: chooseProviders({}, providers),
      table: throughLinks(table, links),
      ports,
      overrides: overridesOf(links, stripe),
      keepAlive: false,
    });
    undo.push(() => running.stop());
    await startPatiently(running);

    const reached = reach(running);
    undo.push(async () => [reached.operator.close(), reached.payments.close()]);
    return {
      services: running,
      servers,
      natsStore: new NatsStore(folder),
      links,
      ...reached,
      ...addressesOf(running, links),
      stripe,
      databaseUrl,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** On a machine that is very busy a service may wait too long for its servers, and gives up. */
async function startPatiently(running: RunningSystem): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await running.start();
    } catch (error) {
      if (attempt === attemptsToStart) throw error;
    }
  }
}

/** Around the proxies, as an operator does. */
function reach(running: RunningSystem): Pick<ChaosSystem, 'operator' | 'payments' | 'simulatorUrl'> {
  const billing = running.address('billing', 'grpc');
  return {
    operator: new SystemOperator({ auth: running.address('auth', 'grpc'), billing }),
    payments: new BillingPaymentsServiceClient(billing, credentials.createInsecure()),
    simulatorUrl: `http://${running.address('provider-simulator', 'http')}`,
  };
}

/** Through the proxies, as the public does. */
function addressesOf(running: RunningSystem, links: Links): Pick<ChaosSystem, 'gateways' | 'webhookUrls'> {
  const copies = (app: string) => running.names.filter((name) => new RegExp(`^${app}(-\\d+)?$`).test(name));
  const at = (from: string, to: string) => `http://${links.address({ from, to })}`;
  return {
    gateways: copies('gateway').map((name) => ({ name, url: at(outsiders.client, name) })),
    webhookUrls: copies('billing').map((name) => `${at(outsiders.stripe, name)}/webhooks/stripe`),
  };
}

function overridesOf(links: Links, stripe: StripeSimulator): Record<string, Record<string, string>> {
  const billing = (name: string) => ({
    ...environment['billing'],
    STRIPE_SECRET_KEY: 'sk_test_1',
    STRIPE_WEBHOOK_SECRET: stripe.webhookSecret,
    STRIPE_API_URL: `http://${links.address({ from: name, to: outsiders.stripe })}`,
  });
  return {
    gateway: environment['gateway']!,
    'gateway-2': environment['gateway']!,
    billing: billing('billing'),
    'billing-2': billing('billing-2'),
  };
}
