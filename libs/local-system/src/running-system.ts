import { join } from 'node:path';
import { type PortMap, portKey } from './choose-ports.js';
import type { ProviderChoice } from './providers.js';
import { RunningService } from './running-service.js';
import { type PortName, type ServiceDefinition, services, type Wiring } from './service-table.js';

export interface SystemOptions {
  /** Absolute path of the repository: the services run from their dist folders in it. */
  repository: string;
  /** logs/ and run/ of this system. */
  folder: string;
  databaseUrl: string;
  natsUrl: string;
  redisUrl: string;
  providers: readonly ProviderChoice[];
  /** Start a mailbox, and send mail to it. */
  mailbox?: boolean;
  /** Start the dashboard's server; its pages have to be built. */
  dashboard?: boolean;
  /** Settings and secrets for the auth service alone. */
  peopleEnvironment?: Readonly<Record<string, string>>;
  /** Settings and secrets for billing alone. */
  paymentsEnvironment?: Readonly<Record<string, string>>;
  ports: PortMap;
  /** Seen by every service, beneath what the table says. */
  environment: Record<string, string>;
  /** Seen by one service, above what the table says. */
  overrides?: Record<string, Record<string, string>>;
  keepAlive: boolean;
  onReady?: (service: RunningService, elapsedMs: number) => void;
  onEvent?: (event: string) => void;
  /** Instead of the product's own table. */
  table?: readonly ServiceDefinition[];
}

export interface ServiceAddresses {
  http: string;
  /** Absent: at /metrics of `http`. */
  metrics?: string;
  grpc?: string;
}

const host = '127.0.0.1';

/** The services of one system, started in stages and ended in the opposite order. */
export class RunningSystem {
  private readonly services = new Map<string, RunningService>();
  private readonly definitions: readonly ServiceDefinition[];

  constructor(private readonly options: SystemOptions) {
    const wiring: Wiring = {
      ...options,
      address: (service, port) => this.address(service, port),
      replicas: (service, port) => this.replicas(service, port),
    };
    this.definitions = (options.table ?? services).filter(({ isNeeded }) => isNeeded?.(wiring) ?? true);
    for (const definition of this.definitions) {
      this.services.set(definition.name, this.prepare(definition, wiring));
    }
  }

  /** host:port. Throws when the system has no such service. */
  address(service: string, port: PortName): string {
    const number = this.options.ports[portKey(service, port)];
    if (number === undefined) throw new Error(`no ${port} port was chosen for ${service}`);
    return `${host}:${number}`;
  }

  /** host:port of all that run the program of a service, with commas between. */
  private replicas(service: string, port: PortName): string {
    const { folder } = this.definition(service);
    const copies = this.definitions.filter((definition) => definition.folder === folder);
    return copies.map(({ name }) => this.address(name, port)).join(',');
  }

  get names(): string[] {
    return [...this.services.keys()];
  }

  has(service: string): boolean {
    return this.services.has(service);
  }

  /** The addresses of one service that has them: `http` and `metrics` as URLs, `grpc` as host:port. */
  addresses(service: string): ServiceAddresses {
    const ports = this.definition(service).ports;
    return {
      http: `http://${this.address(service, 'http')}`,
      ...(ports.metrics && { metrics: `http://${this.address(service, 'metrics')}/metrics` }),
      ...(ports.grpc && { grpc: this.address(service, 'grpc') }),
    };
  }

  service(name: string): RunningService {
    const service = this.services.get(name);
    if (service === undefined)
      throw new Error(`there is no service ${name}; there are ${this.names.join(', ')}`);
    return service;
  }

  /** Starts everything and waits until it is ready. When one fails, all are ended. */
  async start(): Promise<void> {
    try {
      for (const stage of [1, 2] as const) await this.startStage(stage);
    } catch (error) {
      await this.stop();
      throw error;
    }
  }

  async stop(): Promise<void> {
    for (const stage of [2, 1] as const) {
      await Promise.all(this.ofStage(stage).map((service) => service.stop()));
    }
  }

  private async startStage(stage: 1 | 2): Promise<void> {
    const outcomes = await Promise.allSettled(
      this.ofStage(stage).map(async (service) => {
        const begin = Date.now();
        await service.start();
        this.options.onReady?.(service, Date.now() - begin);
      }),
    );
    const failure = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failure !== undefined) throw failure.reason;
  }

  private ofStage(stage: 1 | 2): RunningService[] {
    return this.definitions
      .filter((definition) => definition.stage === stage)
      .map(({ name }) => this.service(name));
  }

  private definition(name: string): ServiceDefinition {
    const definition = this.definitions.find((each) => each.name === name);
    if (definition === undefined)
      throw new Error(`there is no service ${name}; there are ${this.names.join(', ')}`);
    return definition;
  }

  private prepare(definition: ServiceDefinition, wiring: Wiring): RunningService {
    const { name, ports } = definition;
    const { repository, folder, environment, overrides, keepAlive, onEvent } = this.options;
    const portOf = (port: PortName) => String(this.options.ports[portKey(name, port)]);
    const listening: Record<string, string> = ports.grpc
      ? { HTTP_PORT: portOf('http'), GRPC_PORT: portOf('grpc') }
      : { PORT: portOf('http') };
    return new RunningService(
      {
        name,
        entry: entryOf(repository, definition),
        environment: {
          // Nobody here has to see first that it is not ready any more.
          SHUTDOWN_DELAY_MS: '0',
          ...environment,
          HOST: host,
          ...listening,
          ...(ports.metrics && { METRICS_PORT: portOf('metrics') }),
          ...(ports.smtp && { SMTP_PORT: portOf('smtp') }),
          ...definition.environment(wiring),
          ...overrides?.[name],
        },
        httpUrl: `http://${this.address(name, 'http')}`,
        folder,
        cwd: repository,
      },
      { keepAlive, onEvent },
    );
  }
}

function entryOf(repository: string, definition: ServiceDefinition): string {
  return join(repository, definition.folder, 'dist', 'main.js');
}
