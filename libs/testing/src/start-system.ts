import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  applyMigrations,
  chooseProviders,
  freePorts,
  type NewKey,
  RunningSystem,
  services,
  SystemOperator,
} from '@tokenroute/local-system';
import { parseUsd } from '@tokenroute/money';
import { plainEnvironment } from './config.js';
import type { OwnServer } from './own-server.js';
import { repositoryFolder, startOwnServers } from './own-servers.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';
import { testServers } from './test-servers.js';

export interface StartSystemOptions {
  /** More environment for one service, above what it gets anyway: { billing: { HOLD_TIME_TO_LIVE_MS: '2000' } }. */
  environment?: Record<string, Record<string, string>>;
  /** Base URLs for providers that shall not be simulated: { OPENAI_BASE_URL: 'http://127.0.0.1:4711/v1' }. */
  providerEnvironment?: Record<string, string>;
  /** Whose adapters run. Only OpenAI's by default: each is a process of its own. */
  providers?: string[];
  /** Start a service again when it dies, as `npm start` does. */
  keepAlive?: boolean;
  /** A PostgreSQL of its own too, for a test that takes it away. */
  ownPostgres?: boolean;
}

/** The whole product, running from the dist folders on free ports, with its own database, Redis and NATS. */
export interface TestSystem {
  /** What an OpenAI client takes as its base URL. */
  baseUrl: string;
  gatewayUrl: string;
  simulatorUrl: string;
  databaseUrl: string;
  natsUrl: string;
  redisUrl: string;
  /** Per service: `http` as a URL, `grpc` as host:port. */
  addresses: Record<string, { http: string; grpc?: string }>;
  /** For a test that takes a server away. Own PostgreSQL only when asked for. */
  servers: { redis: OwnServer; nats: OwnServer; postgres?: OwnServer };
  operator: SystemOperator;
  /** @param usd decimal: '10', '0.25'. @returns the account's id. */
  createAccount(usd: string): Promise<string>;
  /** @returns the key's id and secret. */
  createKey(accountId: string, options?: Omit<NewKey, 'accountId'>): Promise<{ id: string; secret: string }>;
  /** Sends a signal; one that ends the service is waited for. */
  kill(service: string, signal?: NodeJS.Signals): Promise<void>;
  /** Starts a service again at its address and waits until it is ready. */
  restart(service: string): Promise<void>;
  /** The process of a service, undefined while it is down. */
  pid(service: string): number | undefined;
  logFile(service: string): string;
  stop(): Promise<void>;
}

/** Starts the product for a test. Needs the compiled services (`npm run build`) and the global setup. */
export async function startSystem(options: StartSystemOptions = {}): Promise<TestSystem> {
  const folder = join(testServers().folder, `system-${randomUUID().slice(0, 8)}`);
  mkdirSync(folder, { recursive: true, mode: 0o711 });
  const undo: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    const servers = await startServers(options, folder);
    undo.push(() => Promise.all(Object.values(servers).map((server) => server?.stop())));
    const database = await createDatabase(folder, servers.postgres);
    undo.push(() => (servers.postgres === undefined ? database.drop() : Promise.resolve()));
    const system = new RunningSystem({
      repository: repositoryFolder,
      folder,
      databaseUrl: database.url,
      natsUrl: servers.nats.url,
      redisUrl: servers.redis.url,
      providers: chooseProviders(options.providerEnvironment ?? {}, options.providers ?? ['openai']),
      ports: await freePorts(services),
      environment: plainEnvironment(),
      overrides: options.environment,
      keepAlive: options.keepAlive ?? false,
    });
    undo.push(() => system.stop());
    await system.start();
    const operator = new SystemOperator({
      auth: system.address('auth', 'grpc'),
      billing: system.address('billing', 'grpc'),
    });
    undo.push(async () => operator.close());
    return describe(system, servers, database, operator, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startServers(options: StartSystemOptions, folder: string): Promise<TestSystem['servers']> {
  if (options.ownPostgres) return startOwnServers(['postgres', 'redis', 'nats'], folder);
  return startOwnServers(['redis', 'nats'], folder);
}

async function createDatabase(folder: string, ownPostgres: OwnServer | undefined): Promise<TestDatabase> {
  const migrate = (databaseUrl: string) =>
    applyMigrations(services, {
      repository: repositoryFolder,
      folder,
      databaseUrl,
      environment: plainEnvironment(),
    });
  return createTestDatabase({ migrate, serverUrl: ownPostgres?.url });
}

function describe(
  system: RunningSystem,
  servers: TestSystem['servers'],
  database: TestDatabase,
  operator: SystemOperator,
  stop: () => Promise<void>,
): TestSystem {
  const gatewayUrl = system.addresses('gateway').http;
  return {
    baseUrl: `${gatewayUrl}/v1`,
    gatewayUrl,
    simulatorUrl: `http://${system.address('provider-simulator', 'http')}`,
    databaseUrl: database.url,
    natsUrl: servers.nats.url,
    redisUrl: servers.redis.url,
    addresses: Object.fromEntries(system.names.map((name) => [name, system.addresses(name)])),
    servers,
    operator,
    createAccount: async (usd) =>
      (await operator.createAccount(`${randomUUID()}@example.com`, parseUsd(usd))).id,
    createKey: async (accountId, key) => {
      const created = await operator.createKey({ accountId, ...key });
      return { id: created.key.id, secret: created.secret };
    },
    kill: (service, signal = 'SIGKILL') => system.service(service).kill(signal),
    restart: (service) => system.service(service).restart(),
    pid: (service) => system.service(service).pid,
    logFile: (service) => system.service(service).logFile,
    stop,
  };
}
