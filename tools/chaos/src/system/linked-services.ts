import {
  adaptedProviders,
  type PortMap,
  portKey,
  type ServiceDefinition,
  services,
  type Wiring,
  withCopies,
} from '@tokenroute/local-system';
import type { LinkEnds, Links } from '../links/links.js';

/** DeepSeek is left out: its prices change with the hour of the day, and the oracle reckons with flat ones. */
export const chaosProviders = adaptedProviders.filter((provider) => provider !== 'deepseek');

/** Who is there besides the services. */
export const outsiders = { client: 'client', stripe: 'stripe' } as const;

/** Two gateways and two billings, one of everything else. */
export function chaosTable(): ServiceDefinition[] {
  return withCopies(services, { gateway: 2, billing: 2 });
}

export interface ServerPorts {
  postgres: number;
  nats: number;
  redis: number;
  stripe: number;
}

/** Every connection between two parts, with the port of the far end. */
export function everyLink(
  table: readonly ServiceDefinition[],
  providers: readonly string[],
  ports: PortMap,
  servers: ServerPorts,
): (LinkEnds & { port: number })[] {
  const named = (name: string) => table.filter((service) => service.folder === `apps/${name}`);
  const adapters = table.filter(({ provider }) => provider && providers.includes(provider));
  const to = (name: string, port: 'http' | 'grpc') => ({ to: name, port: ports[portKey(name, port)]! });
  const server = (name: keyof ServerPorts) => ({ to: name, port: servers[name] });
  const from = (name: string, ...ends: { to: string; port: number }[]) =>
    ends.map((end) => ({ from: name, ...end }));
  return [
    ...named('gateway').flatMap(({ name }) =>
      from(
        name,
        to('auth', 'grpc'),
        to('billing', 'grpc'),
        server('nats'),
        server('redis'),
        ...adapters.map((adapter) => to(adapter.name, 'grpc')),
      ),
    ),
    ...from('auth', server('postgres'), server('nats'), server('redis'), to('billing', 'grpc')),
    ...named('billing').flatMap(({ name }) => [
      ...from(name, server('postgres'), server('nats'), server('stripe')),
      ...from(outsiders.stripe, to(name, 'http')),
    ]),
    ...adapters.flatMap(({ name }) => from(name, to('provider-simulator', 'http'))),
    ...named('gateway').flatMap(({ name }) => from(outsiders.client, to(name, 'http'))),
  ];
}

/** The same services, each of which finds the others at its own links. */
export function throughLinks(table: readonly ServiceDefinition[], links: Links): ServiceDefinition[] {
  return table.map((service) => ({
    ...service,
    environment: (wiring) => service.environment(seenBy(service.name, wiring, links)),
  }));
}

function seenBy(from: string, wiring: Wiring, links: Links): Wiring {
  const through = (to: string, url: string) => {
    if (!links.has({ from, to })) return url;
    const linked = new URL(url);
    linked.port = String(links.proxy({ from, to }).port);
    return linked.href;
  };
  return {
    ...wiring,
    databaseUrl: through('postgres', wiring.databaseUrl),
    natsUrl: through('nats', wiring.natsUrl),
    redisUrl: through('redis', wiring.redisUrl),
    address: (to, port) =>
      // What others are told of a service (its own address, its mailbox) is no link of this one.
      to !== from && links.has({ from, to }) ? links.address({ from, to }) : wiring.address(to, port),
  };
}
