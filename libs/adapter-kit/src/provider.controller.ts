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
import type { Logger } from '@tokenroute/service-kit';
import { EMPTY, type Observable } from 'rxjs';
import { Exchange } from './exchange.js';
import type { CompletionSink, ProviderAdapter } from './provider-adapter.js';
import { runCompletion } from './run-completion.js';
import { ADAPTER, ADAPTER_LOGGER } from './tokens.js';

/** ProviderService, on gRPC's own streams: Observables would hide whether the caller can keep up. */
@Controller()
export class ProviderController {
  constructor(
    @Inject(ADAPTER) private readonly adapter: ProviderAdapter,
    @Inject(ADAPTER_LOGGER) private readonly logger: Logger,
  ) {}

  @GrpcMethod('ProviderService', 'complete')
  async complete(
    request: CompleteRequest,
    _metadata: Metadata,
    call: ServerWritableStream<CompleteRequest, CompleteResponse>,
  ): Promise<Observable<never>> {
    const controller = new AbortController();
    call.on('cancelled', () => controller.abort());
    const sink = new CallSink(call, controller.signal);
    const outcome = await runCompletion(this.adapter, request, sink, controller.signal, this.logger);
    call.write({ event: { $case: 'outcome', value: outcome } });
    // Nest ends the call when there is nothing left to observe.
    return EMPTY;
  }

  @GrpcStreamCall('ProviderService', 'exchange')
  exchange(call: ServerDuplexStream<ExchangeRequest, ExchangeResponse>): void {
    new Exchange(call, this.adapter, this.logger).start();
  }
}

/** A plain Complete call as a sink: gRPC's own flow control says when the caller has enough. */
class CallSink implements CompletionSink {
  constructor(
    private readonly call: ServerWritableStream<CompleteRequest, CompleteResponse>,
    private readonly signal: AbortSignal,
  ) {}

  head(head: CompletionHead): void {
    this.call.write({ event: { $case: 'head', value: head } });
  }

  data(bytes: Buffer): Promise<void> | undefined {
    if (this.call.write({ event: { $case: 'data', value: bytes } }) || this.signal.aborted) return undefined;
    return new Promise((resolve) => {
      this.call.once('drain', resolve);
      this.signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}
