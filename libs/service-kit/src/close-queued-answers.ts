import type { Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Of a connection that is gone Node closes only the answer whose turn it is. Those to requests that were pipelined behind it
 * would never close, and whatever waits for that, a place among the requests under way above all, would be kept for ever.
 */
export function closeQueuedAnswers(server: Server): void {
  const queued = new WeakMap<Socket, Set<ServerResponse>>();
  // Before all other listeners, which may answer at once.
  server.prependListener('request', ({ socket }, response) => {
    // It has its connection: Node closes it.
    if (response.socket !== null) return;
    let answers = queued.get(socket);
    if (answers === undefined) {
      const behind = (answers = new Set<ServerResponse>());
      queued.set(socket, behind);
      socket.once('close', () => behind.forEach(close));
    }
    const own = answers;
    own.add(response);
    response.once('close', () => own.delete(response));
  });
}

/** As Node does with the one whose turn it is: lib/_http_server.js, onServerResponseClose. */
function close(response: ServerResponse): void {
  if (response.destroyed) return;
  response.destroyed = true;
  response.emit('close');
}
