import { ClientConnection } from './client-connection.js';
import { openConnections } from './closed-loop.js';
import type { LoadResult, OpenLoopOrder } from './orders.js';
import { Recorder } from './recorder.js';

const firstConnections = 32;
const maxConnections = 1_024;

/**
 * Requests fall due at a constant rate whether or not the ones before are answered, and their latency counts from that
 * moment: an answer that is slow does not hide that others had to wait (no coordinated omission).
 */
export async function openLoop(order: OpenLoopOrder): Promise<LoadResult> {
  const load = new OpenLoop(order, await openConnections(order.port, firstConnections));
  return load.run();
}

class OpenLoop {
  private readonly requests: Buffer[];
  private readonly recorder = new Recorder();
  private readonly begin = performance.now();
  private readonly total: number;
  private readonly waiting: { request: Buffer; dueAt: number }[] = [];
  private readonly underWay = new Set<Promise<void>>();
  private connections: number;
  private next = 0;

  constructor(
    private readonly order: OpenLoopOrder,
    private readonly idle: ClientConnection[],
  ) {
    this.requests = order.requests.map((text) => Buffer.from(text));
    this.total = Math.floor((order.ratePerSecond * order.durationMs) / 1_000);
    this.connections = idle.length;
  }

  async run(): Promise<LoadResult> {
    await new Promise<void>((resolve) => this.tick(resolve));
    while (this.underWay.size > 0 || this.waiting.length > 0) await Promise.race(this.underWay);
    const result = this.recorder.result();
    for (const connection of this.idle) connection.close();
    return result;
  }

  private tick(allSent: () => void): void {
    const now = performance.now();
    while (this.next < this.total && this.dueAt(this.next) <= now) {
      const dueAt = this.dueAt(this.next);
      this.recorder.late(now - dueAt);
      this.waiting.push({ request: this.requests[this.next % this.requests.length]!, dueAt });
      this.next += 1;
    }
    this.sendWaiting();
    if (this.next === this.total) return allSent();
    setTimeout(() => this.tick(allSent), Math.max(0, this.dueAt(this.next) - performance.now()));
  }

  private dueAt(index: number): number {
    return this.begin + (index * 1_000) / this.order.ratePerSecond;
  }

  private sendWaiting(): void {
    while (this.waiting.length > 0) {
      const connection = this.idle.pop();
      if (connection !== undefined) this.send(connection);
      else if (this.connections < maxConnections) return this.openAnother();
      else return;
    }
  }

  private send(connection: ClientConnection): void {
    const { request, dueAt } = this.waiting.shift()!;
    const exchange = this.recorder.exchange(connection, request, dueAt, 0).then(() => {
      this.underWay.delete(exchange);
      if (connection.isOpen) this.idle.push(connection);
      else this.connections -= 1;
      this.sendWaiting();
    });
    this.underWay.add(exchange);
  }

  private openAnother(): void {
    this.connections += 1;
    const opening = ClientConnection.open(this.order.port).then((connection) => {
      this.underWay.delete(opening);
      this.idle.push(connection);
      this.sendWaiting();
    });
    this.underWay.add(opening);
  }
}
