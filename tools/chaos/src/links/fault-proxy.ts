import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { LinkConnection } from './link-connection.js';
import { type LinkCondition, openLink } from './link-condition.js';

const host = '127.0.0.1';

/** One link between two parts of a system: a TCP proxy on 127.0.0.1 that can be told to behave badly. */
export class FaultProxy {
  private condition: LinkCondition = openLink;
  private readonly connections = new Set<LinkConnection>();

  private constructor(
    private readonly server: Server,
    private readonly targetPort: number,
  ) {
    server.on('connection', (near) => this.accept(near));
  }

  /** @param targetPort on 127.0.0.1; nobody has to listen there yet */
  static async listen(targetPort: number): Promise<FaultProxy> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    const proxy = new FaultProxy(server, targetPort);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, host, resolve);
    });
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Connections that are open now. */
  get openConnections(): number {
    return this.connections.size;
  }

  /** From now on, for the connections there are and those that come. */
  become(condition: LinkCondition): void {
    this.condition = condition;
    for (const connection of this.connections) connection.become(condition);
  }

  heal(): void {
    this.become(openLink);
  }

  /** Breaks what is open and listens no more. */
  async close(): Promise<void> {
    for (const connection of this.connections) connection.break();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private accept(near: Socket): void {
    const far = () => connect({ port: this.targetPort, host, allowHalfOpen: true, noDelay: true });
    const connection = new LinkConnection(near, far, this.condition);
    this.connections.add(connection);
    connection.onEnd(() => this.connections.delete(connection));
  }
}
