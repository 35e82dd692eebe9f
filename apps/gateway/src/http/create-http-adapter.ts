import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
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
  /** Hears of a request before the framework does, and answers it or calls `begin`. */
  admit?: (request: IncomingMessage, response: ServerResponse, begin: () => void) => void;
}

/** For all of a request to be there: 20 MB at 70 kB/s. */
export const requestTimeoutMs = 300_000;

const serverOptions = {
  keepAliveTimeout: httpServerOptions.keepAliveTimeout,
  // A body that comes drop by drop has a place meanwhile.
  requestTimeout: requestTimeoutMs,
  // Node's own refusal of a request without one has no body.
  requireHostHeader: false,
};

/** The public HTTP server: bodies arrive as the bytes they are, every request has an id of ours. */
export function createHttpAdapter({
  maxBodyBytes,
  trustedProxies,
  admit = beginAtOnce,
}: HttpOptions): FastifyAdapter {
  const adapter = new FastifyAdapter({
    ...httpServerOptions,
    bodyLimit: maxBodyBytes,
    genReqId: newRequestId,
    requestIdHeader: false,
    // Express-style middleware, of which there is none here, would pass every request through a router of its own.
    skipMiddie: true,
    trustProxy: trustedProxies ?? false,
    clientErrorHandler: answerClientError,
    frameworkErrors: answerUnreadableUrl,
    serverFactory: (handle: RequestListener) =>
      createServer(serverOptions, (request, response) => {
        admit(request, response, () => handle(request, response));
      }),
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

function beginAtOnce(_request: IncomingMessage, _response: ServerResponse, begin: () => void): void {
  begin();
}
