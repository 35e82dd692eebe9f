import type { CompleteRequest, CompletionOutcome } from '@tokenroute/contracts';
import { asFault } from '@tokenroute/faults';
import { childSpan, continueTrace, endSpan, type Span, SpanKind } from '@tokenroute/service-kit';

/**
 * The spans of a recorded completion: ours, and the provider's work as OpenTelemetry's conventions for generative models
 * describe it. Nothing of what was asked or answered is in them. Null: its trace is not recorded.
 * @param provider as those conventions call it
 */
export function beginCompletionSpans(provider: string, request: CompleteRequest): CompletionSpans | null {
  const server = continueTrace('ProviderService/exchange', request.traceparent, {
    kind: SpanKind.SERVER,
    attributes: {
      'rpc.system': 'grpc',
      'rpc.method': 'exchange',
      'tokenroute.request.id': request.requestId,
    },
  });
  return server && new CompletionSpans(server, provider, request);
}

export class CompletionSpans {
  private readonly inference: Span | null;

  constructor(
    private readonly server: Span,
    provider: string,
    { upstreamModel, stream }: CompleteRequest,
  ) {
    this.inference = childSpan(server, `chat ${upstreamModel}`, {
      kind: SpanKind.CLIENT,
      attributes: {
        'gen_ai.operation.name': 'chat',
        'gen_ai.provider.name': provider,
        'gen_ai.request.model': upstreamModel,
        'tokenroute.stream': stream,
      },
    });
  }

  ended({ usage, end }: CompletionOutcome): void {
    const tokens = usage && {
      'gen_ai.usage.input_tokens': usage.inputTokens,
      'gen_ai.usage.output_tokens': usage.outputTokens,
    };
    endSpan(this.inference, { 'tokenroute.outcome': end?.$case ?? 'none', ...tokens });
    endSpan(this.server);
  }

  failed(error: unknown): void {
    const { code } = asFault(error);
    endSpan(this.inference, undefined, code);
    endSpan(this.server, undefined, code);
  }
}
