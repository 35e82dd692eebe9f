import { FastifyAdapter } from '@nestjs/platform-fastify';
import { httpServerOptions } from '@tokenroute/service-kit';

const maxBodyBytes = 64 * 1024;

/**
 * The HTTP server of the service: bodies arrive as the bytes they are.
 * @param trustedProxies whose X-Forwarded-For is believed; without any, the client is whoever connects
 */
export function createHttpAdapter(trustedProxies: string[]): FastifyAdapter {
  const adapter = new FastifyAdapter({
    ...httpServerOptions,
    bodyLimit: maxBodyBytes,
    trustProxy: trustedProxies.length > 0 ? trustedProxies : false,
  });
  const instance = adapter.getInstance();
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  return adapter;
}
