import { setTimeout as pause } from 'node:timers/promises';
import { ClientConnection } from './client-connection.js';
import type { LeavingOrder } from './orders.js';

/** Steps of the golden ratio: evenly spread over the time, and the same in every run. */
const step = 0.618_033_988_75;

/** @returns how many left; an answer that was complete before is an error */
export async function leave(order: LeavingOrder): Promise<number> {
  const total = Math.floor((order.ratePerSecond * order.durationMs) / 1_000);
  const begin = performance.now();
  const leaving: Promise<void>[] = [];
  for (let index = 0; index < total; index += 1) {
    const dueAt = begin + (index * 1_000) / order.ratePerSecond;
    await pause(Math.max(0, dueAt - performance.now()));
    const request = Buffer.from(order.requests[index % order.requests.length]!);
    const port = order.ports[index % order.ports.length]!;
    leaving.push(askAndLeave(port, request, ((index * step) % 1) * order.leaveWithinMs));
  }
  await Promise.all(leaving);
  return total;
}

async function askAndLeave(port: number, request: Buffer, afterMs: number): Promise<void> {
  const connection = await ClientConnection.open(port);
  let ended: string | null | undefined;
  connection.send(request, { events: () => undefined, end: (failure) => (ended = failure) });
  await pause(afterMs);
  connection.close();
  if (ended !== undefined) throw new Error(`it had ended before its client left: ${ended ?? 'complete'}`);
}
