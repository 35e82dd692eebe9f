import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type HistogramSeries, PreparedHistogram } from './prepared-histogram.js';
import { beginTrace, continueTrace, endSpan, nextTraceIsRecorded, type Span, SpanKind } from './spans.js';

export interface ObservedRequest extends FastifyRequest {
  /** Null: this request's trace is not recorded. */
  span: Span | null;
}

const duration = new PreparedHistogram('http.server.request.duration', {
  unit: 's',
  description: 'From the request to the end of its answer',
  boundaries: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600],
});
const unknownRoute = 'unknown';
/** As proxies write it: the client went away before its answer was complete. */
const clientWentAway = 499;

/** Times every request by route and status, and begins the trace of those that are recorded. Before all other hooks. */
export function observeRequests(instance: FastifyInstance): void {
  instance.decorateRequest('span', null);
  instance.addHook('onRequest', (request, _reply, done) => {
    (request as ObservedRequest).span = traceOf(request);
    done();
  });
  instance.addHook('onResponse', (request, reply, done) => {
    const status = statusOf(reply);
    recordRequest(routeOf(request), status, reply.elapsedTime / 1_000);
    const { span } = request as ObservedRequest;
    if (span !== null) {
      const errorType = status >= 500 ? String(status) : undefined;
      endSpan(span, { 'http.response.status_code': status }, errorType);
    }
    done();
  });
}

const seriesByRoute = new Map<string, Map<number, HistogramSeries>>();

/** One request that is over, also of those that the framework never saw. */
export function recordRequest(route: string, status: number, seconds: number): void {
  let byStatus = seriesByRoute.get(route);
  if (!byStatus) seriesByRoute.set(route, (byStatus = new Map()));
  let series = byStatus.get(status);
  if (!series) {
    series = duration.series({ 'http.route': route, 'http.response.status_code': String(status) });
    byStatus.set(status, series);
  }
  series.record(seconds);
}

/** Anybody can write a `traceparent`: it is believed of whom we believe about addresses, or all could have themselves recorded. */
function traceOf(request: FastifyRequest): Span | null {
  const { traceparent } = request.headers;
  const told = typeof traceparent === 'string' && (request.ips?.length ?? 0) > 1 ? traceparent : undefined;
  if (told === undefined && !nextTraceIsRecorded()) return null;
  const route = routeOf(request);
  const name = `${request.method} ${route}`;
  const options = {
    kind: SpanKind.SERVER,
    attributes: {
      'http.request.method': request.method,
      'http.route': route,
      'tokenroute.request.id': request.id,
    },
  };
  return told === undefined ? beginTrace(name, request.id, options) : continueTrace(name, told, options);
}

function routeOf({ routeOptions }: FastifyRequest): string {
  return routeOptions.url ?? unknownRoute;
}

function statusOf({ raw }: FastifyReply): number {
  return raw.writableFinished ? raw.statusCode : clientWentAway;
}
