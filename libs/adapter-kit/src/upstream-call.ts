import { Fault } from '@tokenroute/faults';
import type { Client, Dispatcher } from 'undici';
import type { Cancellation } from './cancellation.js';
import type { ConnectionUser, UpstreamConnections } from './upstream-connections.js';

export interface UpstreamResponse {
  status: number;
  /** @param name in lower case */
  header(name: string): string | undefined;
  /** What came, in pieces as they were read; to be read once. To stop early closes the connection. */
  body: AsyncIterable<Buffer>;
  /** The whole body. @throws Fault upstream when it is larger than `mostBytes`, than any honest answer if not told */
  text(mostBytes?: number): Promise<string>;
}

export interface UpstreamCallOptions {
  providerName: string;
  totalTimeoutMs: number;
}

export interface HttpRequest {
  path: string;
  headers: Record<string, string>;
  body: string;
}

type Headers = Parameters<NonNullable<Dispatcher.DispatchHandler['onResponseStart']>>[2];

/** Far above any answer a model writes, and below what one message to the gateway may hold (64 MiB). */
export const maxTextBytes = 48 * 1024 * 1024;
/** What may have come and not been read before no more is taken from the connection. */
const maxUnreadBytes = 64 * 1024;

/** One request on a connection of its own, and the answer to it. Bytes that came together are read together. */
export class UpstreamCall
  implements Dispatcher.DispatchHandler, ConnectionUser, UpstreamResponse, AsyncIterableIterator<Buffer>
{
  status = 0;
  over = false;
  private headers: Headers = {};
  private connection: Client | null = null;
  private controller: Dispatcher.DispatchController | null = null;
  private unread: Buffer[] = [];
  private unreadBytes = 0;
  private paused = false;
  /** Why nothing more will come; null after a complete answer. */
  private failure: { error: unknown } | null = null;
  private resolve!: (response: UpstreamResponse) => void;
  private reject!: (error: unknown) => void;
  private wake: (() => void) | null = null;
  private readonly totalTimer: NodeJS.Timeout;
  private readonly callOff = () => this.leave(this.ends.reason);

  constructor(
    private readonly connections: UpstreamConnections,
    private request: HttpRequest | null,
    private readonly ends: Cancellation,
    private readonly options: UpstreamCallOptions,
  ) {
    this.totalTimer = setTimeout(() => {
      this.leave(new Fault('upstream', `${options.providerName} did not finish its answer in time.`));
    }, options.totalTimeoutMs);
  }

  /** Rejects when no answer begins, with the reason of `ends` when that is aborted. */
  send(): Promise<UpstreamResponse> {
    return new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
      this.ends.onAbort(this.callOff);
      if (!this.over) this.connections.lend(this);
    });
  }

  get body(): AsyncIterable<Buffer> {
    return this;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** What came before a failure of the provider is read before the failure is told. */
  next(): Promise<IteratorResult<Buffer, undefined>> {
    if (this.unread.length > 0) return Promise.resolve({ done: false, value: this.take() });
    if (this.failure) return Promise.reject(this.failure.error as Error);
    if (this.over) return Promise.resolve({ done: true, value: undefined });
    return new Promise<void>((resolve) => (this.wake = resolve)).then(() => this.next());
  }

  /** Who reads stops early. */
  return(): Promise<IteratorResult<Buffer, undefined>> {
    this.leave(new Error('not read to its end'));
    return Promise.resolve({ done: true, value: undefined });
  }

  header(name: string): string | undefined {
    const value = this.headers[name];
    return Array.isArray(value) ? value[0] : value;
  }

  async text(mostBytes = maxTextBytes): Promise<string> {
    const pieces: Buffer[] = [];
    let bytes = 0;
    for (let next = await this.next(); !next.done; next = await this.next()) {
      pieces.push(next.value);
      bytes += next.value.length;
      if (bytes > mostBytes) this.leave(tooMuchFault(this.options.providerName));
    }
    return joined(pieces).toString('utf8');
  }

  start(connection: Client): void {
    this.connection = connection;
    const { path, headers, body } = this.request!;
    // An answer may take minutes, and a conversation be long.
    this.request = null;
    connection.dispatch({ method: 'POST', path, headers, body }, this);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    if (status < 200) return;
    this.status = status;
    this.headers = headers;
    // Slices of what was read from the socket: all of it would stay in memory with them.
    controller.rawHeaders = null;
    this.resolve(this);
  }

  onResponseData(controller: Dispatcher.DispatchController, bytes: Buffer): void {
    this.unread.push(bytes);
    this.unreadBytes += bytes.length;
    if (this.unreadBytes >= maxUnreadBytes && !this.paused) {
      this.paused = true;
      controller.pause();
    }
    this.wakeReader();
  }

  onResponseEnd(): void {
    if (this.over) return;
    this.end();
    this.connections.giveBack(this.connection!);
    this.wakeReader();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (!this.over) this.fail(error);
  }

  private take(): Buffer {
    const piece = joined(this.unread);
    this.unread = [];
    this.unreadBytes = 0;
    if (this.paused) {
      this.paused = false;
      this.controller!.resume();
    }
    return piece;
  }

  /** Ends it from our side: what came and was not read is of no use any more. */
  private leave(error: unknown): void {
    if (this.over) return;
    this.unread = [];
    this.fail(error);
  }

  private fail(error: unknown): void {
    this.failure = { error };
    this.end();
    if (this.connection) this.connections.drop(this.connection);
    else this.connections.forget(this);
    this.reject(error);
    this.wakeReader();
  }

  private end(): void {
    this.over = true;
    clearTimeout(this.totalTimer);
    this.ends.offAbort(this.callOff);
  }

  private wakeReader(): void {
    this.wake?.();
    this.wake = null;
  }
}

export function tooMuchFault(providerName: string): Fault {
  return new Fault('upstream', `${providerName} sent more than an answer can be.`);
}

function joined(pieces: Buffer[]): Buffer {
  return pieces.length === 1 ? pieces[0]! : Buffer.concat(pieces);
}
