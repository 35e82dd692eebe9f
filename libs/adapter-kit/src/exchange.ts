import type {
  CompleteRequest,
  CompleteResponse,
  ExchangeRequest,
  ExchangeRequestFrame,
  ExchangeResponse,
  ExchangeResponseFrame,
} from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import { inBatches, type Logger } from '@tokenroute/service-kit';
import { Cancellation } from './cancellation.js';
import type { Caller, CompletionSink, ProviderAdapter } from './provider-adapter.js';
import { faultOutcome, runCompletion } from './run-completion.js';

/** Data a completion may have sent without the caller's credit; the contract's number. */
export const creditBytes = 256 * 1024;

const ending = () =>
  new Fault('unavailable', 'A part of the service is being restarted. Please try again.', {
    retryAfterSeconds: 1,
  });

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

  /** Asks the caller to open no more completions here. Those that are open go on; it ends the stream after the last. */
  drain(): void {
    if (!this.ended) this.call.write({ frames: [], draining: true });
  }

  /** Ends everything: each open completion with a fault. */
  cut(): void {
    for (const { id } of this.completions.values()) {
      this.outgoing.push({
        completion: id,
        event: { event: { $case: 'outcome', value: faultOutcome(ending()) } },
      });
    }
    this.flush();
    this.close();
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
    const outcome = await runCompletion(this.adapter, request, completion, completion, this.logger);
    this.completions.delete(completion.id);
    this.send(completion.id, { event: { $case: 'outcome', value: outcome } });
  }

  private flush(): void {
    const frames = this.outgoing;
    this.outgoing = [];
    if (this.ended) return;
    for (const batch of inBatches(frames, bytesOf)) this.call.write({ frames: batch, draining: false });
  }

  /** The caller is gone: nobody will hear an answer or an outcome, so none is generated. */
  private close(): void {
    if (this.ended) return;
    this.ended = true;
    for (const completion of this.completions.values()) completion.leave();
    this.call.end();
  }
}

function bytesOf({ event }: ExchangeResponseFrame): number {
  const said = event?.event;
  if (said?.$case === 'data') return said.value.length;
  const end = said?.$case === 'outcome' ? said.value.end : undefined;
  return end?.$case === 'completed' ? end.value.tail.length : 0;
}

/** One completion of an Exchange: its cancellation, and how much it may still send. */
class ExchangeCompletion implements CompletionSink, Caller {
  readonly cancelled = new Cancellation();
  readonly gone = new Cancellation();
  private credit = creditBytes;
  private resume: (() => void) | null = null;

  constructor(
    readonly id: number,
    private readonly exchange: Exchange,
  ) {}

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

  /** Nobody takes data any more: whoever waits to send some goes on. */
  cancel(): void {
    this.cancelled.abort();
    this.wake();
  }

  leave(): void {
    this.gone.abort();
    this.cancel();
  }

  private wake(): void {
    this.resume?.();
    this.resume = null;
  }
}
