import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  applyMigrations,
  chooseProviders,
  freePorts,
  RunningSystem,
  type ServiceDefinition,
  services,
  type SystemOperator,
  withCopies,
} from '@tokenroute/local-system';
import { plainEnvironment } from './config.js';
import type { OwnServer } from './own-server.js';
import { type OwnServersOptions, repositoryFolder, startOwnServers } from './own-servers.js';
import { operatorOf, type ReachableSystem, reachSystem } from './reachable-system.js';
import { createServiceLogins } from './service-logins.js';
import { issueSystemCertificates, type SystemCertificates } from './system-certificates.js';
import { copyTestDatabase, createTestDatabase, type TestDatabase } from './test-database.js';
import { testServers } from './test-servers.js';

export interface StartSystemOptions {
  /** More environment for one service, above what it gets anyway: { billing: { HOLD_TIME_TO_LIVE_MS: '2000' } }. */
  environment?: Record<string, Record<string, string>>;
  /** Base URLs for providers that shall not be simulated: { OPENAI_BASE_URL: 'http://127.0.0.1:4711/v1' }. */
  providerEnvironment?: Record<string, string>;
  /** Whose adapters run. Only OpenAI's by default: each is a process of its own. */
  providers?: string[];
  /** Gateways beside each other, named gateway, gateway-2 and so on, with the same environment. One by default. */
  gateways?: number;
  /** Billing services beside each other on one database, named billing, billing-2 and so on. One by default. */
  billings?: number;
  /** auth services, adapters of each provider and dashboard servers beside each other, named likewise. One by default. */
  auths?: number;
  adapters?: number;
  dashboards?: number;
  /** Start a mailbox, at `addresses.mailbox.http`; without it no mail is sent. */
  mailbox?: boolean;
  /** Start the dashboard's server, at `addresses['dashboard-api'].http`, with what `npm run build` has built. */
  dashboard?: boolean;
  /** Start a service again when it dies, as `npm start` does. */
  keepAlive?: boolean;
  /** For a test that copies or replaces the streams of its NATS: `servers.nats.dataFolder` is there wherever it runs. */
  natsDataFolder?: boolean;
  /** Run the services from what their images hold: FOLDER/<service>, as deploy/image-contents.mjs writes it. */
  images?: string;
  /** Every service has a certificate, and NATS lets each do what deploy/nats says. Otherwise all speak plaintext. */
  certificates?: boolean;
  /** A PostgreSQL of its own too, for a test that takes it away. */
  ownPostgres?: boolean;
}

/** A system of a test's own, from which it may take parts away. */
export interface TestSystem extends ReachableSystem {
  /** For a test that takes a server away. Own PostgreSQL only when asked for. */
  servers: { redis: OwnServer; nats: OwnServer; postgres?: OwnServer };
  /** Sends a signal; one that ends the service is waited for. */
  kill(service: string, signal?: NodeJS.Signals): Promise<void>;
  /** Starts a service again at its address and waits until it is ready. */
  restart(service: string): Promise<void>;
  /** The process of a service, undefined while it is down. */
  pid(service: string): number | undefined;
  logFile(service: string): string;
  /** Of a system that has certificates. */
  certificates?: SystemCertificates;
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
    const { table, repository } = placed(withCopies(services, countsOf(options)), options.images);
    const programs = [...new Set(table.map(({ folder: app }) => basename(app)))];
    const certificates = options.certificates ? await issueSystemCertificates(folder, programs) : undefined;
    const servers = await startServers({ ...options, natsConfigFile: certificates?.natsConfigFile }, folder);
    undo.push(() => Promise.all(Object.values(servers).map((server) => server?.stop())));
    const database = await createDatabase(folder, servers.postgres, options.images);
    undo.push(() => (servers.postgres === undefined ? database.drop() : Promise.resolve()));
    const logins = await createServiceLogins(database.url);
    if (servers.postgres === undefined) undo.push(logins.drop);
    const system = new RunningSystem({
      repository,
      folder,
      databaseUrl: database.url,
      natsUrl: servers.nats.url,
      redisUrl: servers.redis.url,
      providers: chooseProviders(options.providerEnvironment ?? {}, options.providers ?? ['openai']),
      mailbox: options.mailbox,
      dashboard: options.dashboard,
      table,
      ports: await freePorts(table),
      environment: plainEnvironment(),
      overrides: Object.fromEntries(
        table.map(({ name, folder: app }) => [
          name,
          {
            ...logins.environment[basename(app)],
            ...certificates?.services[basename(app)],
            ...options.environment?.[basename(app)],
          },
        ]),
      ),
      keepAlive: options.keepAlive ?? false,
    });
    undo.push(() => system.stop());
    await system.start();
    const addresses = { auth: system.addresses('auth'), billing: system.addresses('billing') };
    const operator = operatorOf(addresses, certificates?.operator);
    undo.push(async () => operator.close());
    return { ...describe(system, servers, database, operator, stop), certificates };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** How many of each service run. */
function countsOf(options: StartSystemOptions): Record<string, number> {
  const { gateways = 1, billings = 1, auths = 1, dashboards = 1, adapters = 1 } = options;
  const ofAdapters = services.filter(({ provider }) => provider).map(({ name }) => [name, adapters]);
  return {
    ...Object.fromEntries(ofAdapters),
    gateway: gateways,
    billing: billings,
    auth: auths,
    'dashboard-api': dashboards,
  };
}

/** Where the services run from: the repository, or each from its own image's folder. */
function placed(table: readonly ServiceDefinition[], images: string | undefined) {
  if (images === undefined) return { table, repository: repositoryFolder };
  const inImages = table.map((service) => ({
    ...service,
    folder: join(basename(service.folder), service.folder),
  }));
  return { table: inImages, repository: images };
}

async function startServers(
  options: StartSystemOptions & OwnServersOptions,
  folder: string,
): Promise<TestSystem['servers']> {
  if (options.ownPostgres) return startOwnServers(['postgres', 'redis', 'nats'], folder, options);
  return startOwnServers(['redis', 'nats'], folder, options);
}

async function createDatabase(
  folder: string,
  ownPostgres: OwnServer | undefined,
  images: string | undefined,
): Promise<TestDatabase> {
  const { table, repository } = placed(services, images);
  const migrate = (databaseUrl: string) =>
    applyMigrations(table, {
      repository,
      folder,
      databaseUrl,
      environment: plainEnvironment(),
    });
  if (ownPostgres !== undefined) return createTestDatabase({ migrate, serverUrl: ownPostgres.url });
  // The copy's original was migrated by the repository's services.
  if (images !== undefined) return createTestDatabase({ migrate });
  return copyTestDatabase('system', { migrate });
}

function describe(
  system: RunningSystem,
  servers: TestSystem['servers'],
  database: TestDatabase,
  operator: SystemOperator,
  stop: () => Promise<void>,
): TestSystem {
  const location = {
    addresses: Object.fromEntries(system.names.map((name) => [name, system.addresses(name)])),
    databaseUrl: database.url,
    natsUrl: servers.nats.url,
    redisUrl: servers.redis.url,
  };
  return {
    ...reachSystem(location, operator),
    servers,
    kill: (service, signal = 'SIGKILL') => system.service(service).kill(signal),
    restart: (service) => system.service(service).restart(),
    pid: (service) => system.service(service).pid,
    logFile: (service) => system.service(service).logFile,
    stop,
  };
}
