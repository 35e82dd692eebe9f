import { Metadata } from '@grpc/grpc-js';
import type { Rates } from '@tokenroute/contracts';
import {
  applyMigrations,
  chooseProviders,
  freePorts,
  RunningSystem,
  services,
  SystemOperator,
  withCopies,
} from '@tokenroute/local-system';
import type { BenchServers } from './bench-servers.js';
import { plainEnvironment } from './config.js';
import type { Watched } from './processor-time.js';
import { repository } from './repository.js';
import { ServiceProbe } from './service-probe.js';

/** The services on the paid path, whose insides can be looked at. */
export const probedServices = ['gateway', 'auth', 'billing', 'adapter-openai'] as const;

/** The product in front of the static upstream. */
export interface BenchSystem {
  gatewayPorts: readonly number[];
  services: readonly string[];
  /** /metrics of a service. */
  metricsUrl(service: string): string;
  operator: SystemOperator;
  probe(service: (typeof probedServices)[number]): ServiceProbe;
  processes(): Watched[];
  /** Of the model, as a customer without a price of its own pays it. */
  rates(model: string): Promise<Rates>;
  /** Every broken invariant of the ledger; empty when the books are right. */
  ledgerViolations(): Promise<string[]>;
  stop(): Promise<void>;
}

const verifyTimeoutMs = 300_000;

/** Which providers there are, and what differs from how the product runs by itself. */
export interface BenchSystemOptions {
  /** Ports of static upstreams. */
  upstreams: { openai: number; mistral?: number };
  overrides: Record<string, Record<string, string>>;
  /** Beside each other; one by default. */
  gateways?: number;
}

export async function startBenchSystem(
  folder: string,
  servers: BenchServers,
  { upstreams, overrides: wanted, gateways = 1 }: BenchSystemOptions,
): Promise<BenchSystem> {
  const probes = new Map<string, ServiceProbe>(
    probedServices.map((name) => [name, new ServiceProbe(name, folder)]),
  );
  const table = withCopies(services, { gateway: gateways });
  const gatewayNames = table.map(({ name }) => name).filter((name) => programOf(name) === 'gateway');
  const overrides: Record<string, Record<string, string>> = Object.fromEntries(
    table.map(({ name }) => [name, { ...probes.get(name)?.environment, ...wanted[programOf(name)] }]),
  );
  const system = new RunningSystem({
    table,
    repository,
    folder,
    databaseUrl: servers.postgres.url,
    natsUrl: servers.nats.url,
    redisUrl: servers.redis.url,
    providers: providersAt(upstreams),
    ports: await freePorts(table),
    environment: plainEnvironment(),
    overrides,
    keepAlive: false,
  });
  await applyMigrations(services, {
    repository,
    folder,
    databaseUrl: servers.postgres.url,
    environment: plainEnvironment(),
  });
  await system.start();
  const operator = new SystemOperator({
    auth: system.address('auth', 'grpc'),
    billing: system.address('billing', 'grpc'),
  });
  return {
    gatewayPorts: gatewayNames.map((name) => Number(new URL(system.addresses(name).http).port)),
    services: system.names,
    metricsUrl: (service) => {
      const { http, metrics = `${http}/metrics` } = system.addresses(service);
      return metrics;
    },
    operator,
    probe: (service) => probes.get(service)!,
    processes: () => system.names.map((name) => ({ name: programOf(name), pid: system.service(name).pid! })),
    rates: (model) => ratesOf(operator, model),
    ledgerViolations: () => ledgerViolations(operator),
    stop: async () => {
      operator.close();
      await system.stop();
    },
  };
}

/** gateway of gateway-2. */
function programOf(service: string): string {
  return service.replace(/-\d+$/, '');
}

function providersAt({ openai, mistral }: BenchSystemOptions['upstreams']) {
  const at = (port: number) => `http://127.0.0.1:${port}/v1`;
  if (mistral === undefined) return chooseProviders({ OPENAI_BASE_URL: at(openai) }, ['openai']);
  const urls = { OPENAI_BASE_URL: at(openai), MISTRAL_BASE_URL: at(mistral) };
  return chooseProviders(urls, ['openai', 'mistral']);
}

function ratesOf(operator: SystemOperator, model: string): Promise<Rates> {
  return new Promise((resolve, reject) => {
    operator.billingQuery.listModels(
      { accountId: '' },
      new Metadata(),
      { deadline: Date.now() + 10_000 },
      (error, response) => {
        if (error) return reject(error);
        const rates = response.models.find(({ id }) => id === model)?.price?.rates;
        if (rates === undefined) reject(new Error(`${model} has no price`));
        else resolve(rates);
      },
    );
  });
}

function ledgerViolations({ billingQuery }: SystemOperator): Promise<string[]> {
  return new Promise((resolve, reject) => {
    billingQuery.verifyLedger(
      {},
      new Metadata(),
      { deadline: Date.now() + verifyTimeoutMs },
      (error, answer) => {
        if (error) return reject(error);
        if (answer.invariants.length === 0) return reject(new Error('nothing was checked'));
        const broken = answer.invariants.filter(({ violations }) => violations > 0);
        resolve(broken.map(({ invariant, rows }) => `${invariant}: ${rows.join(' ')}`));
      },
    );
  });
}
