import { ClientConnection } from './client-connection.js';
import type { ClosedLoopOrder, LoadResult, StreamLoopOrder } from './orders.js';
import { Recorder } from './recorder.js';

/** Each connection sends its next request when it has its answer; those under way at the end are waited for. */
export async function closedLoop(order: ClosedLoopOrder | StreamLoopOrder): Promise<LoadResult> {
  const requests = order.requests.map((text) => Buffer.from(text));
  const events = order.kind === 'stream-loop' ? order.events : 0;
  const connections = await openConnections(order.ports, order.connections);
  const recorder = new Recorder();
  const until = performance.now() + order.durationMs;
  let next = 0;
  const drive = async (connection: ClientConnection): Promise<void> => {
    while (performance.now() < until && connection.isOpen) {
      const request = requests[next++ % requests.length]!;
      await recorder.exchange(connection, request, performance.now(), events);
    }
  };
  await Promise.all(connections.map(drive));
  const result = recorder.result();
  for (const connection of connections) connection.close();
  return result;
}

/** As many to each port as to the others, or one more. */
export function openConnections(ports: readonly number[], count: number): Promise<ClientConnection[]> {
  return Promise.all(
    Array.from({ length: count }, (_, index) => ClientConnection.open(ports[index % ports.length]!)),
  );
}
