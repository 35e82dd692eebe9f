import type { ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { Ending } from './ending.js';

/** For an answer that says why there is none any more. */
const lastAnswersMs = 5_000;

/**
 * When the service ends, each answer that has not begun tells its client to use another connection. When the server closes,
 * it takes no more connections, every request under way is answered, and then all connections end. Node itself ends only
 * those that have had an answer: a client that connected and never asked would keep the process from ending.
 */
export function finishRequests(instance: FastifyInstance, ending: Ending): void {
  const { server } = instance;
  const underWay = new Set<ServerResponse>();
  let whenNone: (() => void) | null = null;
  // Before Fastify's own listener, which may answer at once.
  server.prependListener('request', (_request, response) => {
    if (ending.begun) response.shouldKeepAlive = false;
    underWay.add(response);
    response.once('close', () => {
      underWay.delete(response);
      if (underWay.size === 0) whenNone?.();
    });
  });
  ending.onBegin(() => {
    for (const response of underWay) response.shouldKeepAlive = false;
  });
  ending.onTimeUp(() => {
    setTimeout(() => server.closeAllConnections(), lastAnswersMs).unref();
  });
  instance.addHook('preClose', async () => {
    server.close();
    if (underWay.size > 0) await new Promise<void>((resolve) => (whenNone = resolve));
    server.closeAllConnections();
  });
}
