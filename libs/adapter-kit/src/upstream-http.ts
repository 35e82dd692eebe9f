import { Fault } from '@tokenroute/faults';
import { type Dispatcher, errors, Pool } from 'undici';

export interface UpstreamHttpOptions {
  /** Shown to customers: "OpenAI did not answer in time." */
  providerName: string;
  baseUrl: string;
  connectTimeoutMs: number;
  /** From the request sent to the first byte of the answer. */
  firstByteTimeoutMs: number;
  /** Between two bytes of the answer. */
  idleTimeoutMs: number;
  totalTimeoutMs: number;
  maxConnections: number;
}

export interface UpstreamResponse {
  status: number;
  /** @param name in lower case */
  header(name: string): string | undefined;
  body: Dispatcher.ResponseData['body'];
  /** The whole body. @throws Fault upstream when it is larger than any honest answer */
  text(): Promise<string>;
}

/** Far above any answer a model writes, far below what a process can hold. */
const maxTextBytes = 64 * 1024 * 1024;

/** HTTP to one provider: pooled keep-alive connections, every wait bounded, failures as faults. */
export class UpstreamHttp {
  private readonly pool: Pool;
  private readonly basePath: string;

  constructor(private readonly options: UpstreamHttpOptions) {
    const url = new URL(options.baseUrl);
    this.basePath = url.pathname.replace(/\/$/, '');
    this.pool = new Pool(url.origin, {
      connect: { timeout: options.connectTimeoutMs },
      connections: options.maxConnections,
      headersTimeout: options.firstByteTimeoutMs,
      bodyTimeout: options.idleTimeoutMs,
      keepAliveTimeout: 60_000,
    });
  }

  /**
   * Sends a JSON body.
   * @param path appended to the base URL's path
   * @param signal ends the request and the reading of its answer
   * @throws Fault upstream when no answer begins; the signal's reason when it is aborted
   */
  async post(
    path: string,
    headers: Record<string, string>,
    body: string,
    signal: AbortSignal,
  ): Promise<UpstreamResponse> {
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(this.options.totalTimeoutMs)]);
    try {
      const {
        statusCode,
        headers: answered,
        body: stream,
      } = await this.pool.request({
        method: 'POST',
        path: this.basePath + path,
        headers: { 'content-type': 'application/json', ...headers },
        body,
        signal: bounded,
      });
      return {
        status: statusCode,
        header: (name) => first(answered[name]),
        body: stream,
        text: () => this.readText(stream),
      };
    } catch (error) {
      throw this.toFault(error, signal);
    }
  }

  /** What a failure of sending or reading means; an abort by `signal` passes through as it is. */
  toFault(error: unknown, signal: AbortSignal): unknown {
    if (signal.aborted || error instanceof Fault) return error;
    return new Fault('upstream', `${this.options.providerName} ${describe(error)}.`, {
      cause: error,
      internal: (error as Error).message,
    });
  }

  private async readText(stream: Dispatcher.ResponseData['body']): Promise<string> {
    const pieces: Buffer[] = [];
    let bytes = 0;
    for await (const piece of stream) {
      pieces.push(piece as Buffer);
      bytes += (piece as Buffer).length;
      if (bytes > maxTextBytes) throw new Fault('upstream', `${this.options.providerName} sent too much.`);
    }
    return Buffer.concat(pieces).toString('utf8');
  }

  async close(): Promise<void> {
    await this.pool.close();
  }
}

function first(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function describe(error: unknown): string {
  if (error instanceof errors.ConnectTimeoutError) return 'could not be reached in time';
  if (error instanceof errors.HeadersTimeoutError) return 'did not begin to answer in time';
  if (error instanceof errors.BodyTimeoutError) return 'stopped in the middle of its answer';
  if ((error as Error).name === 'TimeoutError') return 'did not finish its answer in time';
  if (error instanceof errors.SocketError) return 'closed the connection before its answer was complete';
  return 'could not be reached';
}
