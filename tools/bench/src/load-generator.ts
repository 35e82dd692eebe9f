import type { ClientConnection } from './client-connection.js';
import { closedLoop, openConnections } from './closed-loop.js';
import { leave } from './leave.js';
import { openLoop } from './open-loop.js';
import { SlowHeaders } from './slow-headers.js';
import type { LoadOrder, OpenStreamsOrder } from './orders.js';
import { serveOrders } from './worker-process.js';

let openStreams: ClientConnection[] = [];
const slowHeaders = new SlowHeaders();

serveOrders<LoadOrder>((order) => {
  switch (order.kind) {
    case 'closed-loop':
    case 'stream-loop':
      return closedLoop(order);
    case 'open-loop':
      return openLoop(order);
    case 'open-streams':
      return keepStreams(order);
    case 'leaving':
      return leave(order);
    case 'slow-headers':
      return slowHeaders.open(order);
    case 'drop-slow-headers':
      return slowHeaders.drop();
    case 'drop-streams':
      for (const connection of openStreams) connection.close();
      openStreams = [];
      return undefined;
    default:
      return order satisfies never;
  }
});

/** Opened a hundred at a time: a burst of thousands would measure the accept queue. */
async function keepStreams({ ports, requests, streams, stalled }: OpenStreamsOrder): Promise<void> {
  while (openStreams.length < streams) {
    const batch = await openConnections(ports, Math.min(100, streams - openStreams.length));
    openStreams.push(...batch);
    await Promise.all(batch.map((connection, index) => firstEvent(connection, requests, index)));
    if (stalled) for (const connection of batch) connection.stopReading();
  }
}

function firstEvent(connection: ClientConnection, requests: string[], index: number): Promise<void> {
  return new Promise((resolve, reject) => {
    connection.send(Buffer.from(requests[index % requests.length]!), {
      events: () => resolve(),
      end: (failure) => reject(new Error(`a stream ended early: ${failure ?? 'complete'}`)),
    });
  });
}
