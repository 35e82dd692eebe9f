import type {
  CompleteRequest,
  CompleteResponse,
  ExchangeRequest,
  ExchangeRequestFrame,
  ExchangeResponse,
  ExchangeResponseFrame,
} from '@tokenroute/contracts';
import type { Logger } from '@tokenroute/service-kit';
import type { CompletionSink, ProviderAdapter } from './provider-adapter.js';
import { runCompletion } from './run-completion.js';

/** Data a completion may have sent without the caller's credit; the contract's number. */
export const creditBytes = 256 * 1024;

/** The server's end of an Exchange stream, as gRPC gives it. */
export interface ExchangeCall {
  on(event: 'data', listener: (batch: ExchangeRequest) => void): unknown;
  on(event: 'end' | 'cancelled' | 'close', listener: () => void): unknown;
  on(event: 'error', listener: (error: Error) => void): unknown;
  write(batch: ExchangeResponse): boolean;
  end(): void;
}

/** Many completions over one stream. Frames written in the same turn of the event loop leave as one message. */
export class Exchange {
  private readonly completions = new Map<number, ExchangeCompletion>();
  private outgoing: ExchangeResponseFrame[] = [];
  private ended = false;

  constructor(
    private readonly call: ExchangeCall,
    private readonly adapter: ProviderAdapter,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.call.on('data', (batch) => {
      for (const frame of batch.frames) this.receive(frame);
    });
    this.call.on('end', () => this.close());
    this.call.on('cancelled', () => this.close());
    this.call.on('close', () => this.close());
    this.call.on('error', (error) => {
      this.logger.warn({ err: error }, 'exchange: stream broke');
      this.close();
    });
  }

  send(completion: number, event: CompleteResponse): void {
    if (this.ended) return;
    if (this.outgoing.length === 0) setImmediate(() => this.flush());
    this.outgoing.push({ completion, event });
  }

  private receive({ completion: id, frame }: ExchangeRequestFrame): void {
    switch (frame?.$case) {
      case 'open': {
        if (this.completions.has(id)) return;
        const completion = new ExchangeCompletion(id, this);
        this.completions.set(id, completion);
        void this.run(completion, frame.value);
        return;
      }
      case 'cancel':
        this.completions.get(id)?.cancel();
        return;
      case 'credit':
        this.completions.get(id)?.addCredit(frame.value);
        return;
      case undefined:
        return;
      default:
        frame satisfies never;
    }
  }

  private async run(completion: ExchangeCompletion, request: CompleteRequest): Promise<void> {
    const outcome = await runCompletion(this.adapter, request, completion, completion.signal, this.logger);
    this.completions.delete(completion.id);
    this.send(completion.id, { event: { $case: 'outcome', value: outcome } });
  }

  private flush(): void {
    const frames = this.outgoing;
    this.outgoing = [];
    if (!this.ended) this.call.write({ frames });
  }

  /** The caller is gone: nobody will hear an answer, so none is generated. */
  private close(): void {
    if (this.ended) return;
    this.ended = true;
    for (const completion of this.completions.values()) completion.cancel();
    this.call.end();
  }
}

/** One completion of an Exchange: its cancellation, and how much it may still send. */
class ExchangeCompletion implements CompletionSink {
  private readonly controller = new AbortController();
  private credit = creditBytes;
  private resume: (() => void) | null = null;

  constructor(
    readonly id: number,
    private readonly exchange: Exchange,
  ) {}

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  head(head: Parameters<CompletionSink['head']>[0]): void {
    this.exchange.send(this.id, { event: { $case: 'head', value: head } });
  }

  data(bytes: Buffer): Promise<void> | undefined {
    this.exchange.send(this.id, { event: { $case: 'data', value: bytes } });
    this.credit -= bytes.length;
    if (this.credit > 0) return undefined;
    return new Promise((resolve) => (this.resume = resolve));
  }

  addCredit(bytes: number): void {
    this.credit += bytes;
    if (this.credit > 0) this.wake();
  }

  cancel(): void {
    this.controller.abort();
    this.wake();
  }

  private wake(): void {
    this.resume?.();
    this.resume = null;
  }
}
