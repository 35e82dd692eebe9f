import { type ProviderChoice, providerEnvironment } from './providers.js';

export interface PortDefinition {
  /** The variable with which a developer chooses the port for `npm start`. */
  variable: string;
  default: number;
}

export const portNames = ['http', 'grpc', 'metrics', 'smtp'] as const;
export type PortName = (typeof portNames)[number];

/** One service of the system: what to run, where it listens, what it is told. */
export interface ServiceDefinition {
  name: string;
  /** Below the repository; dist/main.js in it is what runs. */
  folder: string;
  /** `metrics` of a service whose HTTP port is the public's; the others have /metrics on that one. */
  ports: { http: PortDefinition; grpc?: PortDefinition; metrics?: PortDefinition; smtp?: PortDefinition };
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
  /** Whether mail goes to a mailbox of this system's own. */
  mailbox?: boolean;
  /** Whether people sign in with a browser: then auth is reached through the dashboard alone. */
  dashboard?: boolean;
  /** What a developer has chosen for people and their sign-in, AUTH_SECRET among it; for the auth service alone. */
  peopleEnvironment?: Readonly<Record<string, string>>;
  /** What a developer has chosen for payments; for billing alone. */
  paymentsEnvironment?: Readonly<Record<string, string>>;
  /** host:port */
  address(service: string, port: PortName): string;
  /** host:port of each replica, with commas between. */
  replicas(service: string, port: PortName): string;
}

/** For tests; `npm start` makes a secret for each installation. auth takes it on this machine alone. */
const developmentSecret = 'development-only-secret-of-tokenroute';

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
    name: 'mailbox',
    folder: 'tools/mailbox',
    ports: {
      http: { variable: 'MAILBOX_PORT', default: 8025 },
      smtp: { variable: 'MAILBOX_SMTP_PORT', default: 1025 },
    },
    stage: 1,
    isNeeded: ({ mailbox }) => mailbox === true,
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
      REDIS_URL: wiring.redisUrl,
      BILLING_ADDRESS: wiring.replicas('billing', 'grpc'),
      PUBLIC_URL: publicUrl(wiring),
      TRUSTED_PROXIES: '127.0.0.1',
      AUTH_SECRET: developmentSecret,
      ...(wiring.mailbox && { SMTP_URL: `smtp://${wiring.address('mailbox', 'smtp')}` }),
      ...wiring.peopleEnvironment,
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
      ...wiring.paymentsEnvironment,
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
    ports: {
      http: { variable: 'GATEWAY_PORT', default: 8080 },
      metrics: { variable: 'GATEWAY_METRICS_PORT', default: 9464 },
    },
    stage: 2,
    environment: (wiring) => ({
      AUTH_ADDRESS: wiring.replicas('auth', 'grpc'),
      BILLING_ADDRESS: wiring.replicas('billing', 'grpc'),
      NATS_URL: wiring.natsUrl,
      REDIS_URL: wiring.redisUrl,
      ADAPTERS: wiring.providers
        .map(({ name }) => `${name}=${wiring.replicas(`adapter-${name}`, 'grpc')}`)
        .join(','),
    }),
  },
  {
    name: 'dashboard-api',
    folder: 'apps/dashboard-api',
    ports: {
      http: { variable: 'DASHBOARD_PORT', default: 3000 },
      metrics: { variable: 'DASHBOARD_METRICS_PORT', default: 9465 },
    },
    stage: 2,
    isNeeded: ({ dashboard }) => dashboard === true,
    environment: (wiring) => ({
      PUBLIC_URL: publicUrl(wiring),
      PUBLIC_API_URL: `http://${wiring.address('gateway', 'http')}/v1`,
      AUTH_ADDRESS: wiring.replicas('auth', 'grpc'),
      AUTH_HTTP_URL: `http://${wiring.address('auth', 'http')}`,
      BILLING_ADDRESS: wiring.replicas('billing', 'grpc'),
      NATS_URL: wiring.natsUrl,
      GATEWAY_URL: `http://${wiring.address('gateway', 'http')}`,
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
  if (service === 'provider-simulator') return 'SIMULATOR';
  if (service === 'dashboard-api') return 'DASHBOARD';
  return service.toUpperCase().replaceAll('-', '_');
}

/** Where a browser finds /api/auth, and the pages that mails lead to. */
function publicUrl({ dashboard, peopleEnvironment, address }: Wiring): string {
  return (
    peopleEnvironment?.['PUBLIC_URL'] ?? `http://${address(dashboard ? 'dashboard-api' : 'auth', 'http')}`
  );
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
