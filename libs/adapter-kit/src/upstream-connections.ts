import { buildConnector, Client } from 'undici';

export interface UpstreamConnectionsOptions {
  origin: string;
  maxConnections: number;
  connectTimeoutMs: number;
  firstByteTimeoutMs: number;
  idleTimeoutMs: number;
}

/** What needs a connection for a while. */
export interface ConnectionUser {
  start(connection: Client): void;
}

const keepAliveMs = 60_000;

/**
 * Keep-alive connections to one provider, each for one request at a time; what was used last is used first, so that spare
 * ones grow old and close. undici's own pool opens a new connection for each request that is called off.
 */
export class UpstreamConnections {
  private readonly all = new Set<Client>();
  private readonly idle: Client[] = [];
  private waiting: ConnectionUser[] = [];
  private readonly connect: ReturnType<typeof buildConnector>;

  constructor(private readonly options: UpstreamConnectionsOptions) {
    this.connect = buildConnector({ timeout: options.connectTimeoutMs });
  }

  /** Starts it on a connection, as soon as there is one. */
  lend(user: ConnectionUser): void {
    const connection = this.idle.pop() ?? this.another();
    if (connection) user.start(connection);
    else this.waiting.push(user);
  }

  /** Its answer is complete: the connection may take another request. */
  giveBack(connection: Client): void {
    this.idle.push(connection);
    this.startWaiting();
  }

  /** Its answer is not complete: the connection cannot be used again. */
  drop(connection: Client): void {
    this.all.delete(connection);
    void connection.destroy();
    this.startWaiting();
  }

  /** Who waits for a connection and was called off: a queue must not grow by what nobody waits for. */
  forget(user: ConnectionUser): void {
    this.waiting = this.waiting.filter((other) => other !== user);
  }

  /** Resolves when all answers under way have come. */
  async close(): Promise<void> {
    await Promise.all([...this.all].map((connection) => connection.close()));
  }

  /** Later, because undici is still busy with the request that has just ended. */
  private startWaiting(): void {
    if (this.waiting.length === 0) return;
    setImmediate(() => {
      const next = this.waiting.shift();
      if (next) this.lend(next);
    });
  }

  private another(): Client | undefined {
    const { origin, maxConnections, firstByteTimeoutMs, idleTimeoutMs } = this.options;
    if (this.all.size >= maxConnections) return undefined;
    const connection = new Client(origin, {
      connect: this.connect,
      headersTimeout: firstByteTimeoutMs,
      bodyTimeout: idleTimeoutMs,
      keepAliveTimeout: keepAliveMs,
    });
    this.all.add(connection);
    return connection;
  }
}
