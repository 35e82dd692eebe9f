import { type ClientDuplexStream, Metadata } from '@grpc/grpc-js';
import {
  batchEncoder,
  type CompleteRequest,
  type CompleteResponse,
  ExchangeRequest,
  type ExchangeRequestFrame,
  type ExchangeResponse,
  ProviderServiceClient,
  ProviderServiceService,
} from '@tokenroute/contracts';
import { asFault, Fault } from '@tokenroute/faults';
import { grpcChannel, inBatches, type Logger, type TlsConfig } from '@tokenroute/service-kit';

export interface CompletionListener {
  /** In order: a head, data, an outcome, as the contract says. */
  event(event: NonNullable<CompleteResponse['event']>): void;
  /** The connection to the adapter is gone: no outcome will come. */
  lost(fault: Fault): void;
}

export interface OpenCompletion {
  cancel(): void;
  /** Gives back credit for data that was passed on. */
  credit(bytes: number): void;
}

type Stream = ClientDuplexStream<ExchangeRequest, ExchangeResponse>;

const { path, responseDeserialize } = ProviderServiceService.exchange;
const encodeRequests = batchEncoder(ExchangeRequest);
const connectTimeoutMs = 2_000;
const triesApartMs = 1_000;
/** What a replica that is about to end takes at most to say so on a new stream. */
const newForMs = 1_000;
const firstId = 1;
const maxId = 0xffff_ffff;

/** One replica of an adapter as this gateway sees it. */
export type ReplicaState = 'not-connected' | 'new' | 'connected' | 'draining';

/**
 * Many completions over one long-lived stream to one replica of an adapter. Frames of one turn of the event loop leave as
 * one message. A stream that is drained takes completions while there is no other way, and ends with the last of them.
 */
export class ExchangeClient {
  private readonly client: ProviderServiceClient;
  private readonly listeners = new Map<number, CompletionListener>();
  private stream: Stream | null = null;
  private draining = false;
  private connecting: Promise<void> | null = null;
  private outgoing: ExchangeRequestFrame[] = [];
  private nextId = firstId;
  private nextTryMs = 0;
  private connectedAtMs = 0;
  private retired = false;

  /** @param address host:port or ip:port of the one replica */
  constructor(
    private readonly provider: string,
    readonly address: string,
    private readonly logger: Logger,
    tls: TlsConfig,
  ) {
    this.client = new ProviderServiceClient(address, ...grpcChannel(tls, `adapter-${provider}`));
  }

  get state(): ReplicaState {
    if (!this.stream) return 'not-connected';
    if (this.draining) return 'draining';
    return performance.now() - this.connectedAtMs < newForMs ? 'new' : 'connected';
  }

  /** Resolves when there is a stream. @throws Fault unavailable when the replica cannot be reached in time */
  connect(): Promise<void> {
    if (this.stream) return Promise.resolve();
    this.connecting ??= this.startStream().finally(() => (this.connecting = null));
    return this.connecting;
  }

  /** At most one try a second: a replica that is about to end is there, but takes no new stream for long. */
  connectInBackground(): void {
    if (this.connecting || performance.now() < this.nextTryMs) return;
    this.nextTryMs = performance.now() + triesApartMs;
    this.connect().catch(() => undefined);
  }

  /** @throws Fault unavailable while there is no stream */
  open(request: CompleteRequest, listener: CompletionListener): OpenCompletion {
    if (!this.stream) throw this.unavailable();
    const id = this.takeId();
    this.listeners.set(id, listener);
    this.send({ completion: id, frame: { $case: 'open', value: request } });
    return {
      cancel: () => this.sendFor(id, { completion: id, frame: { $case: 'cancel', value: {} } }),
      credit: (bytes) => this.sendFor(id, { completion: id, frame: { $case: 'credit', value: bytes } }),
    };
  }

  /** No more completions are to be opened here. The stream ends with the last of those that are. */
  drain(): void {
    if (!this.stream || this.draining) return;
    this.draining = true;
    this.logger.info({ provider: this.provider, open: this.listeners.size }, 'exchange: draining');
    this.retireWhenIdle();
  }

  /** It is not to be used any more: drained, then closed. */
  retire(): void {
    this.retired = true;
    this.drain();
    if (!this.stream) this.client.close();
  }

  close(): void {
    this.stream?.end();
    this.client.close();
  }

  private startStream(): Promise<void> {
    return new Promise((resolve, reject) => {
      // Waited for here: a stream opened on a channel that is not connected fails at once.
      this.client.waitForReady(Date.now() + connectTimeoutMs, (error) => {
        if (error) {
          reject(this.unavailable(error));
          return;
        }
        const stream = this.client.makeBidiStreamRequest(
          path,
          encodeRequests,
          responseDeserialize,
          new Metadata(),
        );
        stream.on('data', (batch: ExchangeResponse) => this.receive(stream, batch));
        stream.on('error', (cause: Error) => this.lose(stream, cause));
        stream.on('end', () => this.lose(stream));
        this.stream = stream;
        this.draining = false;
        this.connectedAtMs = performance.now();
        resolve();
      });
    });
  }

  private receive(stream: Stream, batch: ExchangeResponse): void {
    if (stream !== this.stream) return;
    for (const { completion, event } of batch.frames) {
      const listener = this.listeners.get(completion);
      if (!listener || !event?.event) continue;
      if (event.event.$case === 'outcome') this.listeners.delete(completion);
      try {
        listener.event(event.event);
      } catch (error) {
        this.giveUp(completion, listener, error);
      }
    }
    if (batch.draining) this.drain();
    else if (this.draining) this.retireWhenIdle();
  }

  /** What one completion cannot take must not end the others, nor the process. */
  private giveUp(completion: number, listener: CompletionListener, error: unknown): void {
    this.logger.error({ err: error, provider: this.provider }, 'exchange: a completion could not go on');
    this.sendFor(completion, { completion, frame: { $case: 'cancel', value: {} } });
    this.listeners.delete(completion);
    listener.lost(asFault(error));
  }

  /** Half-closed: the replica sees that nothing more will come, and may end. */
  private retireWhenIdle(): void {
    if (this.listeners.size > 0) return;
    this.stream?.end();
    this.forgetStream();
  }

  private lose(stream: Stream, cause?: Error): void {
    if (this.stream !== stream) return;
    this.forgetStream();
    if (cause) this.logger.warn({ err: cause, provider: this.provider }, 'exchange: connection lost');
    const listeners = [...this.listeners.values()];
    this.listeners.clear();
    for (const listener of listeners) listener.lost(this.unavailable(cause));
  }

  private forgetStream(): void {
    this.stream = null;
    this.draining = false;
    this.outgoing = [];
    if (this.retired) this.client.close();
  }

  private send(frame: ExchangeRequestFrame): void {
    if (this.outgoing.length === 0) setImmediate(() => this.flush());
    this.outgoing.push(frame);
  }

  /** For a completion that has not ended; one that has needs neither credit nor cancelling. */
  private sendFor(id: number, frame: ExchangeRequestFrame): void {
    if (this.listeners.has(id)) this.send(frame);
  }

  private flush(): void {
    const frames = this.outgoing;
    this.outgoing = [];
    for (const batch of inBatches(frames, bytesOf)) this.stream?.write({ frames: batch });
  }

  private takeId(): number {
    while (this.listeners.has(this.nextId)) this.advance();
    const id = this.nextId;
    this.advance();
    return id;
  }

  private advance(): void {
    this.nextId = this.nextId === maxId ? firstId : this.nextId + 1;
  }

  private unavailable(cause?: Error): Fault {
    return adapterUnavailable(`adapter ${this.provider}: ${cause?.message ?? 'stream ended'}`, cause);
  }
}

function bytesOf({ frame }: ExchangeRequestFrame): number {
  return frame?.$case === 'open' ? frame.value.body.length : 0;
}

export function adapterUnavailable(internal: string, cause?: unknown): Fault {
  return new Fault(
    'unavailable',
    'The provider connection of this service is not available. Please try again.',
    { internal, cause, retryAfterSeconds: 1 },
  );
}
