import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { wantedOrFreePort } from './free-port.js';
import type { LocalServer, ServerName } from './server.js';

const run = promisify(execFile);
const composeFile = join(dirname(dirname(fileURLToPath(import.meta.url))), 'compose.yaml');
const titles: Record<ServerName, string> = { postgres: 'PostgreSQL 17', redis: 'Redis 7', nats: 'NATS 2.11' };

/** Whether an engine answers and the compose plugin is there. A client without an engine is common, so it is asked. */
export async function hasDockerCompose(): Promise<boolean> {
  return (await hasDockerEngine()) && (await succeeds(['compose', 'version']));
}

export function hasDockerEngine(): Promise<boolean> {
  return succeeds(['info', '--format', '{{.ServerVersion}}']);
}

export interface ComposeOptions {
  folder: string;
  /** What the docker client needs: PATH, DOCKER_HOST and the like. */
  environment: Readonly<Record<string, string | undefined>>;
  preferredPorts?: Partial<Record<ServerName, number>>;
}

/**
 * Starts the wanted servers of compose.yaml on free ports of 127.0.0.1 and waits until they are healthy. Their data
 * is in volumes of a project named after the folder, so that every clone has its own.
 */
export async function startWithCompose(
  servers: readonly ServerName[],
  { folder, environment, preferredPorts }: ComposeOptions,
): Promise<LocalServer[]> {
  const project = `tokenroute-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`;
  const ports = { postgres: 0, redis: 0, nats: 0 };
  for (const name of servers) ports[name] = await wantedOrFreePort(preferredPorts?.[name]);
  const composeEnvironment = {
    ...environment,
    POSTGRES_PORT: String(ports.postgres),
    REDIS_PORT: String(ports.redis),
    NATS_PORT: String(ports.nats),
  };
  const compose = (...words: string[]) =>
    run('docker', ['compose', '-p', project, '-f', composeFile, ...words], { env: composeEnvironment });
  await compose('up', '--detach', '--wait', ...servers);
  const urls: Record<ServerName, string> = {
    postgres: `postgresql://tokenroute:tokenroute@127.0.0.1:${ports.postgres}/tokenroute`,
    redis: `redis://127.0.0.1:${ports.redis}`,
    nats: `nats://127.0.0.1:${ports.nats}`,
  };
  return servers.map((name) => ({
    name,
    title: titles[name],
    origin: 'docker-compose',
    url: urls[name],
    port: ports[name],
    // Stopped, not removed: the volumes keep the data and the next start is quick.
    stop: async () => void (await compose('stop', name)),
  }));
}

async function succeeds(words: string[]): Promise<boolean> {
  try {
    await run('docker', words, { timeout: 4_000, killSignal: 'SIGKILL' });
    return true;
  } catch {
    return false;
  }
}
