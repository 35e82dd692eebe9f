import { FastifyAdapter } from '@nestjs/platform-fastify';
import { httpServerOptions } from '@tokenroute/service-kit';

/** The largest event that is taken; Stripe's own are a few kilobytes. */
const maxBodyBytes = 1024 * 1024;

/** Bodies arrive as the bytes they are: a signature is of bytes. */
export function createHttpAdapter(): FastifyAdapter {
  const adapter = new FastifyAdapter({ ...httpServerOptions, bodyLimit: maxBodyBytes });
  const instance = adapter.getInstance();
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  return adapter;
}
