import { FastifyAdapter } from '@nestjs/platform-fastify';
import { v7 as uuidv7 } from 'uuid';
import { endConnectionsOnClose } from './end-connections-on-close.js';

export interface HttpOptions {
  maxBodyBytes: number;
}

/** The public HTTP server: bodies arrive as the bytes they are, every request has an id of ours. */
export function createHttpAdapter({ maxBodyBytes }: HttpOptions): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: maxBodyBytes,
    genReqId: () => uuidv7(),
    requestIdHeader: false,
    // Longer than a load balancer keeps an idle connection, so that it never sends into one we are closing.
    keepAliveTimeout: 75_000,
  });
  const instance = adapter.getInstance();
  endConnectionsOnClose(instance);
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  instance.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id);
  });
  return adapter;
}
