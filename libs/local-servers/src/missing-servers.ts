import { urlVariable } from './environment-url.js';
import type { ServerName } from './server.js';

interface Remedy {
  title: string;
  debian: string;
  homebrew: string;
}

const remedies: Record<ServerName, Remedy> = {
  postgres: { title: 'PostgreSQL 14 or newer', debian: 'postgresql', homebrew: 'postgresql@17' },
  redis: { title: 'Redis 6.2 or newer', debian: 'redis-server', homebrew: 'redis' },
  nats: { title: 'NATS 2.9 or newer', debian: 'nats-server', homebrew: 'nats-server' },
};

/** No way to a server was found: the message lists every way there is. */
export class MissingServers extends Error {
  constructor(
    readonly servers: readonly ServerName[],
    attempts: readonly string[],
  ) {
    const wanted = servers.map((name) => remedies[name]);
    super(
      [
        `Not found: ${wanted.map(({ title }) => title).join(', ')}.`,
        ...attempts.map((attempt) => `  tried: ${attempt}`),
        'One of these is enough:',
        '  - start Docker (with the compose plugin)',
        `  - Debian, Ubuntu: sudo apt-get install ${wanted.map(({ debian }) => debian).join(' ')}`,
        `  - macOS: brew install ${wanted.map(({ homebrew }) => homebrew).join(' ')}`,
        `  - point to servers that run elsewhere: ${servers.map((name) => `${urlVariable[name]}=…`).join(' ')}`,
      ].join('\n'),
    );
    this.name = 'MissingServers';
  }
}
