import pg from 'pg';
import { askTcp } from './ask-tcp.js';
import type { LocalServer, ServerName } from './server.js';

export const urlVariable: Record<ServerName, string> = {
  postgres: 'DATABASE_URL',
  redis: 'REDIS_URL',
  nats: 'NATS_URL',
};
const titles: Record<ServerName, string> = { postgres: 'PostgreSQL', redis: 'Redis', nats: 'NATS' };
const defaultPorts: Record<ServerName, number> = { postgres: 5432, redis: 6379, nats: 4222 };

/** A server somebody else runs, named by a URL in the environment. Fails, naming the variable, when it does not answer. */
export async function serverFromUrl(name: ServerName, url: string): Promise<LocalServer> {
  let parsed: URL;
  try {
    parsed = new URL(url.split(',')[0] ?? '');
  } catch {
    throw new Error(`${urlVariable[name]} is not a URL`);
  }
  const port = parsed.port === '' ? defaultPorts[name] : Number(parsed.port);
  const problem = await whyUnreachable(name, url, parsed.hostname, port);
  if (problem !== undefined) {
    throw new Error(
      `${urlVariable[name]} is set, but ${titles[name]} at ${parsed.hostname}:${port} ${problem}`,
    );
  }
  return { name, title: titles[name], origin: 'environment', url, port, stop: async () => undefined };
}

async function whyUnreachable(
  name: ServerName,
  url: string,
  host: string,
  port: number,
): Promise<string | undefined> {
  if (name === 'postgres') return whyPostgresRefuses(url);
  // TLS and passwords are the services' business; here it is enough that somebody listens. NATS speaks first.
  const reply =
    name === 'nats'
      ? await askTcp(port, '', /INFO/, host)
      : url.startsWith('rediss:')
        ? 'encrypted'
        : await askTcp(port, 'PING\r\n', /\r\n/, host);
  return reply === undefined ? 'does not answer' : undefined;
}

async function whyPostgresRefuses(url: string): Promise<string | undefined> {
  const connection = new URL(url);
  // Prisma's own parameter, which PostgreSQL would take for a setting.
  connection.searchParams.delete('schema');
  const client = new pg.Client({ connectionString: connection.href, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return undefined;
  } catch (error) {
    return `does not let us in: ${error instanceof Error && error.message !== '' ? error.message : 'no connection'}`;
  } finally {
    await client.end().catch(() => undefined);
  }
}
