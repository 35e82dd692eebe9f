import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import {
  endLeftoversBelow,
  type LocalServers,
  postgresDataFolder,
  startLocalServers,
} from '@tokenroute/local-servers';
import {
  adaptedProviders,
  applyMigrations,
  choosePaymentsEnvironment,
  choosePeopleEnvironment,
  chooseProviders,
  choosePorts,
  inheritedEnvironment,
  portKey,
  type PortMap,
  type ProviderChoice,
  RunningSystem,
  services,
} from '@tokenroute/local-system';
import type { StackConfig } from './config.js';
import { demoAccount, type DemoAddresses } from './demo-account.js';
import { type DevEnv, readDevEnv, writeDevEnv } from './dev-env.js';
import type { Progress } from './progress.js';
import { readSavedPorts, type SavedPorts, savePorts } from './saved-ports.js';
import { systemEnv } from './system-env.js';

export interface Stack {
  env: DevEnv;
  providers: readonly ProviderChoice[];
}

/** How a stack that is being started, or runs, is ended: register what was started, newest first to go. */
export type Undo = (work: () => Promise<unknown>) => void;

/** From nothing to a system that answers. Whatever it starts is registered with `undo` before the next step. */
export async function bringUp(config: StackConfig, progress: Progress, undo: Undo): Promise<Stack> {
  const { folder, environment } = config;
  const last = readDevEnv(folder);
  const savedPorts = readSavedPorts(folder);
  await endFormerStart(folder, progress);
  const providers = chooseProviders(environment, adaptedProviders);
  const ports = await choosePorts(services, {
    environment,
    previous: savedPorts.services,
    onDetour: (note) => progress.say(`! ${note}`),
  });

  const servers = await startServers(config, last, savedPorts.servers, progress);
  const watch = announceLostServers(servers, progress);
  undo(() => {
    watch.abort();
    return servers.stop();
  });
  await bringSchemasUpToDate(config, servers.postgres.url, progress);

  const people = peopleSettings(environment, last);
  const system = createSystem(config, servers, { providers, ports, people }, progress);
  undo(() => system.stop());
  await system.start();
  savePorts(folder, { servers: ownPorts(servers), services: ports });

  const account = await progress.step(
    ({ isNew }) => (isNew ? 'demo account with 10 USD and a key' : 'demo account and key of the last start'),
    () => demoAccount(demoAddresses(system, people), last),
  );
  const env = { ...systemEnv(system, servers, account), AUTH_SECRET: people.peopleEnvironment.AUTH_SECRET };
  writeDevEnv(folder, env);
  return { env, providers };
}

function demoAddresses(system: RunningSystem, { peopleEnvironment }: PeopleSettings): DemoAddresses {
  return {
    auth: system.address('auth', 'grpc'),
    billing: system.address('billing', 'grpc'),
    authUrl: system.addresses('auth').http,
    publicUrl: new URL(peopleEnvironment['PUBLIC_URL'] ?? system.addresses('dashboard-api').http).origin,
    mailboxUrl: system.has('mailbox') ? system.addresses('mailbox').http : undefined,
  };
}

async function endFormerStart(folder: string, progress: Progress): Promise<void> {
  const begin = Date.now();
  const ended = await endLeftovers(folder);
  if (ended.length === 0) return;
  progress.done(`ended what a killed start had left: ${ended.join(', ')}`, Date.now() - begin);
}

function startServers(
  { folder, environment }: StackConfig,
  last: DevEnv,
  preferredPorts: SavedPorts['servers'],
  progress: Progress,
): Promise<LocalServers> {
  return startLocalServers({
    folder,
    environment: withoutOwnServers(environment, last, preferredPorts),
    preferredPorts,
    onNote: (note) => progress.say(`! ${note}`),
    onReady: (server, elapsedMs) => progress.done(`${server.title} on port ${server.port}`, elapsedMs),
  });
}

async function bringSchemasUpToDate(
  config: StackConfig,
  databaseUrl: string,
  progress: Progress,
): Promise<void> {
  const { repository, folder } = config;
  const environment = inheritedEnvironment(config.environment);
  await progress.step(
    (names: string[]) => `database schemas up to date: ${names.join(', ')}`,
    () => applyMigrations(services, { repository, folder, databaseUrl, environment }),
  );
}

function createSystem(
  { repository, folder, environment }: StackConfig,
  servers: LocalServers,
  chosen: { providers: readonly ProviderChoice[]; ports: PortMap; people: PeopleSettings },
  progress: Progress,
): RunningSystem {
  const { providers, ports, people } = chosen;
  return new RunningSystem({
    repository,
    folder,
    databaseUrl: servers.postgres.url,
    natsUrl: servers.nats.url,
    redisUrl: servers.redis.url,
    providers,
    ...people,
    dashboard: true,
    paymentsEnvironment: choosePaymentsEnvironment(environment),
    ports,
    environment: inheritedEnvironment(environment),
    keepAlive: true,
    onReady: ({ name }, elapsedMs) =>
      progress.done(`${name} on port ${ports[portKey(name, 'http')]}`, elapsedMs),
    onEvent: (event) => progress.event(event),
  });
}

interface PeopleSettings {
  mailbox: boolean;
  peopleEnvironment: Record<string, string> & { AUTH_SECRET: string };
}

/** Mail goes to a mailbox of our own unless it is said where. The secret of this installation is made once and kept. */
export function peopleSettings(environment: StackConfig['environment'], last: DevEnv): PeopleSettings {
  const chosen = choosePeopleEnvironment(environment);
  const secret = chosen.AUTH_SECRET ?? last.AUTH_SECRET ?? randomBytes(32).toString('base64url');
  return { mailbox: chosen.SMTP_URL === undefined, peopleEnvironment: { ...chosen, AUTH_SECRET: secret } };
}

/** Ends whatever runs over the folder without a supervisor. Gives back the names. */
export function endLeftovers(folder: string): Promise<string[]> {
  return endLeftoversBelow(folder, postgresDataFolder(join(folder, 'data')));
}

/** Servers hold data, so nobody restarts them unasked; but their end is not passed over in silence. */
function announceLostServers(servers: LocalServers, progress: Progress): AbortController {
  const watch = new AbortController();
  for (const { title, ended, logFile } of [servers.postgres, servers.redis, servers.nats]) {
    void ended?.then((how) => {
      if (watch.signal.aborted) return;
      progress.event(`${title} ended (${how}). Log: ${logFile}. To have it back: npm stop, npm start`);
    });
  }
  return watch;
}

/**
 * The environment without the URLs of the servers that the last start had of its own: a shell that has sourced dev.env
 * does not mean to say that somebody else runs them.
 */
export function withoutOwnServers(
  environment: StackConfig['environment'],
  last: DevEnv,
  own: SavedPorts['servers'],
): StackConfig['environment'] {
  const { NATS_URL, REDIS_URL, ...rest } = environment;
  const isOwnNats = own.nats !== undefined && NATS_URL === last.NATS_URL;
  const isOwnRedis = own.redis !== undefined && REDIS_URL === last.REDIS_URL;
  return { ...rest, ...(!isOwnNats && { NATS_URL }), ...(!isOwnRedis && { REDIS_URL }) };
}

function ownPorts({ postgres, redis, nats }: LocalServers): SavedPorts['servers'] {
  const own = [postgres, redis, nats].filter(({ origin }) => origin !== 'environment');
  return Object.fromEntries(own.map(({ name, port }) => [name, port]));
}
