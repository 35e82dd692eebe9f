import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Fault } from '@tokenroute/faults';
import { httpServerOptions } from '@tokenroute/service-kit';
import { answerHeaders } from './answer-headers.js';
import { answerClientError, answerUnreadableUrl, refuseExpectations } from './client-errors.js';
import { newRequestId } from './request-id.js';

export interface HttpOptions {
  maxBodyBytes: number;
  /** Addresses and CIDR ranges whose `X-Forwarded-For` is believed; none: a client is who connects. */
  trustedProxies?: string[] | undefined;
}

/** For all of a request to be there: 20 MB at 70 kB/s. */
export const requestTimeoutMs = 300_000;

/** The public HTTP server: bodies arrive as the bytes they are, every request has an id of ours. */
export function createHttpAdapter({ maxBodyBytes, trustedProxies }: HttpOptions): FastifyAdapter {
  const adapter = new FastifyAdapter({
    ...httpServerOptions,
    bodyLimit: maxBodyBytes,
    // A body that comes drop by drop has a place meanwhile; without this it would for ever, as Fastify waits without end.
    requestTimeout: requestTimeoutMs,
    genReqId: newRequestId,
    requestIdHeader: false,
    // Express-style middleware, of which there is none here, would pass every request through a router of its own.
    skipMiddie: true,
    trustProxy: trustedProxies ?? false,
    clientErrorHandler: answerClientError,
    frameworkErrors: answerUnreadableUrl,
    // Node's own refusal of a request without one has no body.
    http: { requireHostHeader: false },
  });
  const instance = adapter.getInstance();
  refuseExpectations(instance.server);
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  instance.addHook('onRequest', (request, reply, done) => {
    reply.header(answerHeaders.requestId, request.id);
    const { headers, httpVersion } = request.raw;
    if (headers.host === undefined && httpVersion === '1.1') return done(hostMissing());
    done();
  });
  return adapter;
}

/** https://www.rfc-editor.org/rfc/rfc9112#section-3.2 */
function hostMissing(): Fault {
  return new Fault('invalid-request', 'The Host header is missing.', { param: 'Host' });
}
