import { join } from 'node:path';
import {
  findServers,
  type LocalServer,
  type LocalServersOptions,
  type ServerName,
} from '@tokenroute/local-servers';
import { plainEnvironment } from '../config.js';
import { repository } from '../repository.js';

/** PostgreSQL, NATS or Redis of this run alone, which can be made to die and come back at its address. */
export class OwnServer {
  private constructor(
    private server: LocalServer,
    private readonly options: LocalServersOptions,
  ) {}

  /** @param folder takes data/, run/ and logs/ */
  static async startAll(folder: string): Promise<Record<ServerName, OwnServer>> {
    const options: LocalServersOptions = {
      folder,
      packagesFolder: join(repository, '.tokenroute', 'debian'),
      environment: plainEnvironment(),
      origins: ['installed', 'debian-packages'],
      fast: true,
      // Processes die here, the machine does not: what PostgreSQL gave to the kernel stays.
      fsync: false,
    };
    const found = await findServers(options);
    return Object.fromEntries(
      [...found].map(([name, server]) => [name, new OwnServer(server, options)]),
    ) as Record<ServerName, OwnServer>;
  }

  get url(): string {
    return this.server.url;
  }

  get port(): number {
    return this.server.port;
  }

  /** Sends a signal that ends it, and waits for that. */
  async end(signal: NodeJS.Signals): Promise<void> {
    process.kill(this.server.pid!, signal);
    await this.server.ended;
  }

  /** @throws Error when it does not come back where it was */
  async start(): Promise<void> {
    const { name, port } = this.server;
    const found = await findServers({ ...this.options, servers: [name], preferredPorts: { [name]: port } });
    const server = found.get(name)!;
    if (server.port !== port) {
      await server.stop();
      throw new Error(`${name} came back at port ${server.port} instead of ${port}`);
    }
    this.server = server;
  }

  async stop(): Promise<void> {
    await this.server.stop();
  }
}
