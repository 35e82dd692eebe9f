import { Fault } from '@tokenroute/faults';
import { errors } from 'undici';
import type { Cancellation } from './cancellation.js';
import { UpstreamCall, type UpstreamResponse } from './upstream-call.js';
import { UpstreamConnections } from './upstream-connections.js';

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

/** HTTP to one provider: pooled keep-alive connections, every wait bounded, failures as faults. */
export class UpstreamHttp {
  private readonly connections: UpstreamConnections;
  private readonly basePath: string;

  constructor(private readonly options: UpstreamHttpOptions) {
    const { origin, pathname } = new URL(options.baseUrl);
    this.basePath = pathname.replace(/\/$/, '');
    this.connections = new UpstreamConnections({ ...options, origin });
  }

  /**
   * Sends a JSON body.
   * @param path appended to the base URL's path
   * @param credentials the headers that show our key
   * @param ends ends the request and the reading of its answer
   * @throws Fault upstream when no answer begins; the reason of `ends` when it is aborted
   */
  async post(
    path: string,
    headers: Readonly<Record<string, string>>,
    credentials: Readonly<Record<string, string>>,
    body: string,
    ends: Cancellation,
  ): Promise<UpstreamResponse> {
    const request = {
      path: this.basePath + path,
      headers: { 'content-type': 'application/json', ...headers, ...credentials },
      body,
    };
    try {
      return await new UpstreamCall(this.connections, request, ends, this.options).send();
    } catch (error) {
      throw this.toFault(error, ends);
    }
  }

  /** What a failure of sending or reading means; an abort by `ends` passes through as it is. */
  toFault(error: unknown, ends: Cancellation): unknown {
    if (ends.aborted || error instanceof Fault) return error;
    return new Fault('upstream', `${this.options.providerName} ${describe(error)}.`, {
      cause: error,
      internal: (error as Error).message,
    });
  }

  async close(): Promise<void> {
    await this.connections.close();
  }
}

const notHttp = [
  errors.HeadersOverflowError,
  errors.HTTPParserError,
  errors.ResponseContentLengthMismatchError,
];

function describe(error: unknown): string {
  if (error instanceof errors.ConnectTimeoutError) return 'could not be reached in time';
  if (error instanceof errors.HeadersTimeoutError) return 'did not begin to answer in time';
  if (error instanceof errors.BodyTimeoutError) return 'stopped in the middle of its answer';
  if (notHttp.some((kind) => error instanceof kind)) return 'answered with what is no HTTP';
  if (error instanceof errors.SocketError) return 'closed the connection before its answer was complete';
  return 'could not be reached';
}
