import type { FastifyInstance } from 'fastify';

/**
 * When the server closes, every request under way is answered first; then all connections end. Node itself ends only those
 * that have had an answer: a client that connected and never asked would keep the process from ending.
 */
export function endConnectionsOnClose(instance: FastifyInstance): void {
  const { server } = instance;
  let underWay = 0;
  let whenNone: (() => void) | null = null;
  server.on('request', (_request, response) => {
    underWay += 1;
    response.once('close', () => {
      underWay -= 1;
      if (underWay === 0) whenNone?.();
    });
  });
  instance.addHook('preClose', async () => {
    if (underWay > 0) await new Promise<void>((resolve) => (whenNone = resolve));
    server.closeAllConnections();
  });
}
