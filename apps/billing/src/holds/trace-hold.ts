import { continueTrace, endSpan, type Span, SpanKind, traceparentOf } from '@tokenroute/service-kit';

export type HoldOperation = 'reserve' | 'settle' | 'release';

interface Traced {
  traceparent?: string | undefined;
}

const serverSpans = spansByOperation(SpanKind.SERVER, { 'messaging.system': 'nats' });
const writeSpans = spansByOperation(SpanKind.CLIENT, { 'db.system.name': 'postgresql' });

/** Does an operation on an item, which never throws, inside a span, when its trace is recorded; what it does next is told to belong to that. */
export function tracedOperation<
  Item extends Traced,
  Result extends { outcome?: { $case: string } | undefined },
>(operation: HoldOperation, item: Item, work: (item: Item) => Promise<Result>): Promise<Result> {
  const span = continueTrace(operation, item.traceparent, serverSpans[operation]);
  if (span === null) return work(item);
  return work({ ...item, traceparent: traceparentOf(span) }).then((result) => {
    endSpan(span, { 'tokenroute.outcome': result.outcome?.$case ?? 'none' });
    return result;
  });
}

/** One span for the write of a batch in each recorded trace that has an item in it. */
export function beginWriteSpans(operation: HoldOperation, items: readonly Traced[]): Span[] {
  const spans: Span[] = [];
  for (const { traceparent } of items) {
    if (traceparent === undefined) continue;
    const span = continueTrace(`write ${operation}`, traceparent, writeSpans[operation]);
    if (span === null) continue;
    span.setAttribute('db.operation.batch.size', items.length);
    spans.push(span);
  }
  return spans;
}

function spansByOperation(kind: SpanKind, attributes: Record<string, string>) {
  const spanOf = (operation: HoldOperation) => ({
    kind,
    attributes: { ...attributes, 'tokenroute.operation': operation },
  });
  return { reserve: spanOf('reserve'), settle: spanOf('settle'), release: spanOf('release') };
}
