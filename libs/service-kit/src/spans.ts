import {
  type Attributes,
  isValidTraceId,
  ROOT_CONTEXT,
  type Span,
  type SpanOptions,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer,
} from '@opentelemetry/api';
import { parseTraceParent } from '@opentelemetry/core';

export { type Attributes, type Span, SpanKind } from '@opentelemetry/api';

/*
 * Spans are handed from function to function, and null is a request that is not recorded: it allocates nothing and needs
 * no question asked. Node's own way of following a request through its promises costs every request, recorded or not.
 */

let recorder: { tracer: Tracer; sampledShare: number } | null = null;

/** From here on this share of all traces that begin here is recorded. Null: none, wherever they began. */
export function recordSpans(with_: { tracer: Tracer; sampledShare: number } | null): void {
  recorder = with_;
}

let chosenTraceId: string | null = null;

/** The id of the trace that is being begun, where it is not a random one: a request's trace has the request's id. */
export function idOfNextTrace(): string | null {
  return chosenTraceId;
}

/** Whether the trace that begins next is among those recorded: to be asked before anything is made ready for it. */
export function nextTraceIsRecorded(): boolean {
  return recorder !== null && Math.random() < recorder.sampledShare;
}

/**
 * The first span of a trace.
 * @param requestId a UUID without its dashes becomes the trace's id; for another one that is random
 */
export function beginTrace(name: string, requestId: string, options: SpanOptions): Span | null {
  if (recorder === null) return null;
  const id = requestId.replaceAll('-', '');
  chosenTraceId = isValidTraceId(id) ? id : null;
  try {
    return recorder.tracer.startSpan(name, { ...options, root: true }, ROOT_CONTEXT);
  } finally {
    chosenTraceId = null;
  }
}

/**
 * Goes on with a trace that another process recorded; null when it did not.
 * @param traceparent as W3C Trace Context writes it; malformed: there is none
 */
export function continueTrace(
  name: string,
  traceparent: string | undefined,
  options: SpanOptions,
): Span | null {
  if (recorder === null || !traceparent) return null;
  const parent = parseTraceParent(traceparent);
  if (!parent || (parent.traceFlags & TraceFlags.SAMPLED) === 0) return null;
  return recorder.tracer.startSpan(
    name,
    options,
    trace.setSpanContext(ROOT_CONTEXT, { ...parent, isRemote: true }),
  );
}

/** A part of the work that a span stands for; null for none. */
export function childSpan(parent: Span | null, name: string, options: SpanOptions): Span | null {
  if (recorder === null || parent === null) return null;
  return recorder.tracer.startSpan(name, options, trace.setSpan(ROOT_CONTEXT, parent));
}

/** A span as W3C Trace Context writes it, for the process that goes on with its trace. */
export function traceparentOf(span: Span | null): string | undefined {
  if (span === null) return undefined;
  const { traceId, spanId } = span.spanContext();
  return `00-${traceId}-${spanId}-01`;
}

/**
 * Ends a span, as failed when there is a kind of failure.
 * @param errorType one of few words. Never a message: those quote what people sent
 */
export function endSpan(span: Span | null, attributes?: Attributes, errorType?: string): void {
  if (span === null) return;
  if (attributes) span.setAttributes(attributes);
  if (errorType !== undefined) {
    span.setAttribute('error.type', errorType);
    span.setStatus({ code: SpanStatusCode.ERROR });
  }
  span.end();
}

/** Does a part of the work inside a span of its own. Its failure is the span's, by the error's code or name. */
export function withSpan<Result>(
  parent: Span | null,
  name: string,
  options: SpanOptions,
  work: (span: Span | null) => Promise<Result>,
): Promise<Result> {
  const span = childSpan(parent, name, options);
  return span === null ? work(null) : endingWith(span, work);
}

async function endingWith<Result>(span: Span, work: (span: Span) => Promise<Result>): Promise<Result> {
  try {
    const result = await work(span);
    endSpan(span);
    return result;
  } catch (error) {
    endSpan(span, undefined, errorTypeOf(error));
    throw error;
  }
}

export function errorTypeOf(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown };
  return typeof code === 'string' ? code : typeof name === 'string' ? name : 'unknown';
}
