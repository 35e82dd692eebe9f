import { type ProviderChoice, providerEnvironment } from './providers.js';

export interface PortDefinition {
  /** The variable with which a developer chooses the port for `npm start`. */
  variable: string;
  default: number;
}

export type PortName = 'http' | 'grpc';

/** One service of the system: what to run, where it listens, what it is told. */
export interface ServiceDefinition {
  name: string;
  /** Below the repository; dist/main.js in it is what runs. */
  folder: string;
  ports: { http: PortDefinition; grpc?: PortDefinition };
  /** The PostgreSQL schema it owns; its dist/migrate.js brings it up to date. */
  schema?: string;
  /** The provider it is the adapter of. */
  provider?: string;
  /** Services of a later stage need the earlier ones to be ready. */
  stage: 1 | 2;
  /** False when a system does without it. */
  isNeeded?(wiring: Wiring): boolean;
  environment(wiring: Wiring): Record<string, string>;
}

/** What the services of one system are told about each other and about their servers. */
export interface Wiring {
  databaseUrl: string;
  natsUrl: string;
  redisUrl: string;
  providers: readonly ProviderChoice[];
  /** host:port */
  address(service: string, port: PortName): string;
}

export const services: readonly ServiceDefinition[] = [
  {
    name: 'provider-simulator',
    folder: 'tools/provider-simulator',
    ports: { http: { variable: 'SIMULATOR_PORT', default: 7390 } },
    stage: 1,
    isNeeded: ({ providers }) => providers.some(({ simulated }) => simulated),
    environment: () => ({}),
  },
  {
    name: 'auth',
    folder: 'apps/auth',
    ports: bothPorts('AUTH', 8101, 7101),
    schema: 'auth',
    stage: 1,
    environment: (wiring) => ({
      DATABASE_URL: schemaUrl(wiring.databaseUrl, 'auth'),
      NATS_URL: wiring.natsUrl,
    }),
  },
  {
    name: 'billing',
    folder: 'apps/billing',
    ports: bothPorts('BILLING', 8102, 7102),
    schema: 'billing',
    stage: 1,
    environment: (wiring) => ({
      DATABASE_URL: schemaUrl(wiring.databaseUrl, 'billing'),
      NATS_URL: wiring.natsUrl,
    }),
  },
  adapter('openai', 8311, 7311),
  adapter('anthropic', 8312, 7312),
  adapter('google', 8313, 7313),
  adapter('deepseek', 8314, 7314),
  adapter('mistral', 8315, 7315),
  {
    name: 'gateway',
    folder: 'apps/gateway',
    ports: { http: { variable: 'GATEWAY_PORT', default: 8080 } },
    stage: 2,
    environment: (wiring) => ({
      AUTH_ADDRESS: wiring.address('auth', 'grpc'),
      BILLING_ADDRESS: wiring.address('billing', 'grpc'),
      NATS_URL: wiring.natsUrl,
      REDIS_URL: wiring.redisUrl,
      ADAPTERS: wiring.providers
        .map(({ name }) => `${name}=${wiring.address(`adapter-${name}`, 'grpc')}`)
        .join(','),
    }),
  },
];

/** The providers that have an adapter in the table. */
export const adaptedProviders: readonly string[] = services.flatMap(({ provider }) => provider ?? []);

/** One database, one schema per service. */
export function schemaUrl(databaseUrl: string, schema: string): string {
  const url = new URL(databaseUrl);
  url.searchParams.set('schema', schema);
  return url.href;
}

/** AUTH_ADDRESS, GATEWAY_URL and so on: how dev.env and tests name a service's addresses. */
export function variablePrefix(service: string): string {
  return service === 'provider-simulator' ? 'SIMULATOR' : service.toUpperCase().replaceAll('-', '_');
}

function adapter(provider: string, httpPort: number, grpcPort: number): ServiceDefinition {
  const name = `adapter-${provider}`;
  return {
    name,
    folder: `apps/${name}`,
    ports: bothPorts(variablePrefix(name), httpPort, grpcPort),
    provider,
    stage: 1,
    isNeeded: ({ providers }) => providers.some(({ name }) => name === provider),
    environment: (wiring) => {
      const choice = wiring.providers.find(({ name }) => name === provider);
      if (choice === undefined) throw new Error(`no choice was made for ${provider}`);
      return providerEnvironment(
        choice,
        choice.simulated ? `http://${wiring.address('provider-simulator', 'http')}` : '',
      );
    },
  };
}

function bothPorts(prefix: string, http: number, grpc: number): ServiceDefinition['ports'] {
  return {
    http: { variable: `${prefix}_HTTP_PORT`, default: http },
    grpc: { variable: `${prefix}_GRPC_PORT`, default: grpc },
  };
}
