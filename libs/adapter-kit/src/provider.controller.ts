import type { Metadata, ServerDuplexStream, ServerWritableStream } from '@grpc/grpc-js';
import { Controller, Inject } from '@nestjs/common';
import { GrpcMethod, GrpcStreamCall } from '@nestjs/microservices';
import type {
  CompleteRequest,
  CompleteResponse,
  CompletionHead,
  ExchangeRequest,
  ExchangeResponse,
} from '@tokenroute/contracts';
import { Ending, type Logger } from '@tokenroute/service-kit';
import { EMPTY, type Observable } from 'rxjs';
import { Cancellation } from './cancellation.js';
import { Exchange } from './exchange.js';
import type { CompletionSink, ProviderAdapter } from './provider-adapter.js';
import { runCompletion } from './run-completion.js';
import { ADAPTER, ADAPTER_LOGGER } from './tokens.js';

/** ProviderService, on gRPC's own streams: Observables would hide whether the caller can keep up. */
@Controller()
export class ProviderController {
  private readonly exchanges = new Set<Exchange>();
  private plainCalls = 0;
  private whenNone: (() => void) | null = null;

  constructor(
    @Inject(ADAPTER) private readonly adapter: ProviderAdapter,
    @Inject(ADAPTER_LOGGER) private readonly logger: Logger,
    private readonly ending: Ending,
  ) {
    ending.onBegin(() => {
      for (const exchange of this.exchanges) exchange.drain();
    });
    ending.waitFor(() => this.idle());
    ending.onTimeUp(() => {
      for (const exchange of this.exchanges) exchange.cut();
    });
  }

  private async idle(): Promise<void> {
    while (this.exchanges.size + this.plainCalls > 0) {
      await new Promise<void>((resolve) => (this.whenNone = resolve));
    }
  }

  private tellIdle(): void {
    if (this.exchanges.size + this.plainCalls === 0) this.whenNone?.();
  }

  @GrpcMethod('ProviderService', 'complete')
  async complete(
    request: CompleteRequest,
    _metadata: Metadata,
    call: ServerWritableStream<CompleteRequest, CompleteResponse>,
  ): Promise<Observable<never>> {
    const cancelled = new Cancellation();
    call.on('cancelled', () => cancelled.abort());
    const sink = new CallSink(call, cancelled);
    // A call that is cancelled has no way to tell an outcome.
    const caller = { cancelled, gone: cancelled };
    this.plainCalls += 1;
    const outcome = await runCompletion(this.adapter, request, sink, caller, this.logger);
    this.plainCalls -= 1;
    call.write({ event: { $case: 'outcome', value: outcome } });
    this.tellIdle();
    // Nest ends the call when there is nothing left to observe.
    return EMPTY;
  }

  @GrpcStreamCall('ProviderService', 'exchange')
  exchange(call: ServerDuplexStream<ExchangeRequest, ExchangeResponse>): void {
    const exchange = new Exchange(call, this.adapter, this.logger);
    this.exchanges.add(exchange);
    call.once('close', () => {
      this.exchanges.delete(exchange);
      this.tellIdle();
    });
    exchange.start();
    if (this.ending.begun) exchange.drain();
  }
}

/** A plain Complete call as a sink: gRPC's own flow control says when the caller has enough. */
class CallSink implements CompletionSink {
  constructor(
    private readonly call: ServerWritableStream<CompleteRequest, CompleteResponse>,
    private readonly cancelled: Cancellation,
  ) {}

  head(head: CompletionHead): void {
    this.call.write({ event: { $case: 'head', value: head } });
  }

  data(bytes: Buffer): Promise<void> | undefined {
    if (this.call.write({ event: { $case: 'data', value: bytes } }) || this.cancelled.aborted)
      return undefined;
    return new Promise((resolve) => {
      this.call.once('drain', resolve);
      this.cancelled.onAbort(resolve);
    });
  }
}
