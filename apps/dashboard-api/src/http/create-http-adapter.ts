import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Fault } from '@tokenroute/faults';
import { httpServerOptions } from '@tokenroute/service-kit';
import type { DashboardConfig } from '../config.js';
import { securityHeaders } from './security-headers.js';

const maxBodyBytes = 1024 * 1024;

/** The HTTP server browsers reach. A body is JSON or nothing: what a form of a foreign page could send is not read. */
export function createHttpAdapter({ PUBLIC_URL, TRUSTED_PROXIES }: DashboardConfig): FastifyAdapter {
  const adapter = new FastifyAdapter({
    ...httpServerOptions,
    bodyLimit: maxBodyBytes,
    trustProxy: TRUSTED_PROXIES.length > 0 ? TRUSTED_PROXIES : false,
  });
  const instance = adapter.getInstance();
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    // It is passed on as it came.
    if (request.url.startsWith('/api/auth/')) return done(null, body);
    try {
      done(null, body === '' ? undefined : JSON.parse(String(body)));
    } catch {
      done(new Fault('invalid-request', 'The body is not JSON.'));
    }
  });
  const headers = securityHeaders(PUBLIC_URL);
  instance.addHook('onRequest', async (_request, reply) => {
    // What is told here is somebody's own. The pages, which are everybody's, say otherwise.
    reply.headers(headers).header('cache-control', 'no-store');
  });
  return adapter;
}
