import { Metadata } from '@grpc/grpc-js';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { type Observable, tap } from 'rxjs';
import { continueTrace, endSpan, errorTypeOf, type Span, SpanKind, traceparentOf } from './spans.js';

const header = 'traceparent';

/** Metadata for a call that belongs to a span. */
export function metadataOf(span: Span | null): Metadata {
  const metadata = new Metadata();
  const traceparent = traceparentOf(span);
  if (traceparent !== undefined) metadata.set(header, traceparent);
  return metadata;
}

/** Goes on with the trace that a unary call's metadata tells. Completions over a stream tell theirs one by one. */
export class TraceCalls implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const metadata: unknown = context.getArgByIndex(1);
    if (!(metadata instanceof Metadata)) return next.handle();
    const name = `${context.getClass().name}/${context.getHandler().name}`;
    const span = continueTrace(name, metadata.get(header)[0]?.toString(), {
      kind: SpanKind.SERVER,
      attributes: { 'rpc.system': 'grpc', 'rpc.method': context.getHandler().name },
    });
    if (span === null) return next.handle();
    return next.handle().pipe(
      tap({
        error: (error: unknown) => endSpan(span, undefined, errorTypeOf(error)),
        complete: () => endSpan(span),
      }),
    );
  }
}
