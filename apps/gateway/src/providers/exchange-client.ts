import { type ClientDuplexStream, credentials, Metadata } from '@grpc/grpc-js';
import {
  type CompleteRequest,
  type CompleteResponse,
  type ExchangeRequest,
  type ExchangeRequestFrame,
  type ExchangeResponse,
  ProviderServiceClient,
} from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import { grpcClientOptions, type Logger } from '@tokenroute/service-kit';

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

const connectTimeoutMs = 2_000;
const firstId = 1;
const maxId = 0xffff_ffff;

/** Many completions over one long-lived stream to one adapter. Frames of one turn of the event loop leave as one message. */
export class ExchangeClient {
  private readonly client: ProviderServiceClient;
  private readonly listeners = new Map<number, CompletionListener>();
  private stream: Stream | null = null;
  private connecting: Promise<Stream> | null = null;
  private outgoing: ExchangeRequestFrame[] = [];
  private nextId = firstId;

  constructor(
    private readonly provider: string,
    address: string,
    private readonly logger: Logger,
  ) {
    this.client = new ProviderServiceClient(address, credentials.createInsecure(), grpcClientOptions);
  }

  /** @throws Fault unavailable when the adapter cannot be reached */
  async open(request: CompleteRequest, listener: CompletionListener): Promise<OpenCompletion> {
    if (!this.stream) await this.connect();
    const id = this.takeId();
    this.listeners.set(id, listener);
    this.send({ completion: id, frame: { $case: 'open', value: request } });
    return {
      cancel: () => this.sendFor(id, { completion: id, frame: { $case: 'cancel', value: {} } }),
      credit: (bytes) => this.sendFor(id, { completion: id, frame: { $case: 'credit', value: bytes } }),
    };
  }

  close(): void {
    this.stream?.end();
    this.client.close();
  }

  private async connect(): Promise<Stream> {
    this.connecting ??= this.startStream().finally(() => (this.connecting = null));
    return this.connecting;
  }

  private startStream(): Promise<Stream> {
    return new Promise((resolve, reject) => {
      // Waited for here: a stream opened on a channel that is not connected fails at once.
      this.client.waitForReady(Date.now() + connectTimeoutMs, (error) => {
        if (error) {
          reject(this.unavailable(error));
          return;
        }
        const stream = this.client.exchange(new Metadata());
        stream.on('data', (batch: ExchangeResponse) => this.receive(batch));
        stream.on('error', (cause: Error) => this.lose(stream, cause));
        stream.on('end', () => this.lose(stream));
        this.stream = stream;
        resolve(stream);
      });
    });
  }

  private receive(batch: ExchangeResponse): void {
    for (const { completion, event } of batch.frames) {
      const listener = this.listeners.get(completion);
      if (!listener || !event?.event) continue;
      if (event.event.$case === 'outcome') this.listeners.delete(completion);
      listener.event(event.event);
    }
  }

  private lose(stream: Stream, cause?: Error): void {
    if (this.stream !== stream) return;
    this.stream = null;
    this.outgoing = [];
    if (cause) this.logger.warn({ err: cause, provider: this.provider }, 'exchange: connection lost');
    const listeners = [...this.listeners.values()];
    this.listeners.clear();
    for (const listener of listeners) listener.lost(this.unavailable(cause));
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
    if (frames.length > 0) this.stream?.write({ frames });
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
    return new Fault(
      'unavailable',
      'The provider connection of this service is not available. Please try again.',
      {
        internal: `adapter ${this.provider}: ${cause?.message ?? 'stream ended'}`,
        cause,
        retryAfterSeconds: 1,
      },
    );
  }
}
