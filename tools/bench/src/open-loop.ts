import { ClientConnection } from './client-connection.js';
import { openConnections } from './closed-loop.js';
import type { LoadResult, OpenLoopOrder, Phase } from './orders.js';
import { Recorder } from './recorder.js';

const defaultFirstConnections = 32;
const defaultMaxConnections = 1_024;

/**
 * Requests fall due at a constant rate whether or not the ones before are answered, and their latency counts from that
 * moment: an answer that is slow does not hide that others had to wait (no coordinated omission).
 *
 * @returns what each phase came to: an answer belongs to the phase in which its request was due
 */
export async function openLoop(order: OpenLoopOrder): Promise<LoadResult[]> {
  const connections: ClientConnection[] = [];
  const wanted = order.firstConnections ?? defaultFirstConnections;
  // A part at a time: a burst of thousands would overflow the accept queue.
  while (connections.length < wanted)
    connections.push(...(await openConnections(order.ports, Math.min(100, wanted - connections.length))));
  const load = new OpenLoop(order, connections);
  return load.run();
}

/** A phase with its place in time and among the requests. */
interface PlacedPhase extends Phase {
  beginsAt: number;
  firstRequest: number;
  recorder: Recorder;
}

function place(phases: readonly Phase[]): { placed: PlacedPhase[]; total: number } {
  let beginsAt = performance.now();
  let total = 0;
  const placed = phases.map((phase) => {
    const here = { ...phase, beginsAt, firstRequest: total, recorder: new Recorder(beginsAt) };
    beginsAt += phase.durationMs;
    total += Math.floor((phase.ratePerSecond * phase.durationMs) / 1_000);
    return here;
  });
  return { placed, total };
}

interface Due {
  request: Buffer;
  dueAt: number;
  recorder: Recorder;
}

class OpenLoop {
  private readonly requests: Buffer[];
  private readonly phases: PlacedPhase[];
  private readonly total: number;
  /** Those before `nextWaiting` were sent: taking from the front of an array costs as much as it is long. */
  private waiting: Due[] = [];
  private nextWaiting = 0;
  private readonly underWay = new Set<Promise<void>>();
  private readonly maxConnections: number;
  private connections: number;
  private next = 0;

  constructor(
    private readonly order: OpenLoopOrder,
    private readonly idle: ClientConnection[],
  ) {
    this.requests = order.requests.map((text) => Buffer.from(text));
    const { placed, total } = place(order.phases);
    this.phases = placed;
    this.total = total;
    this.maxConnections = order.maxConnections ?? defaultMaxConnections;
    this.connections = idle.length;
  }

  async run(): Promise<LoadResult[]> {
    await new Promise<void>((resolve) => this.tick(resolve));
    while (this.underWay.size > 0 || this.nextWaiting < this.waiting.length) {
      this.sendWaiting();
      await Promise.race(this.underWay);
    }
    const results = this.phases.map(({ recorder }) => recorder.result());
    for (const connection of this.idle) connection.close();
    return results;
  }

  private tick(allSent: () => void): void {
    const now = performance.now();
    while (this.next < this.total) {
      const dueAt = this.dueAt(this.next);
      if (dueAt > now) break;
      const { recorder } = this.phase;
      recorder.late(now - dueAt);
      this.waiting.push({ request: this.requests[this.next % this.requests.length]!, dueAt, recorder });
      this.next += 1;
    }
    this.sendWaiting();
    if (this.next === this.total) return allSent();
    setTimeout(() => this.tick(allSent), Math.max(0, this.dueAt(this.next) - performance.now()));
  }

  /** Of the next request. */
  private get phase(): PlacedPhase {
    const { phases, next } = this;
    return phases.findLast(({ firstRequest }) => firstRequest <= next)!;
  }

  private dueAt(index: number): number {
    const { beginsAt, firstRequest, ratePerSecond } = this.phase;
    return beginsAt + ((index - firstRequest) * 1_000) / ratePerSecond;
  }

  private sendWaiting(): void {
    while (this.nextWaiting < this.waiting.length) {
      const connection = this.takeIdle();
      if (connection !== undefined) this.send(connection);
      else if (this.connections < this.maxConnections) return this.openAnother();
      else return;
    }
  }

  /** One that nobody used for long may have been closed by the server. */
  private takeIdle(): ClientConnection | undefined {
    for (;;) {
      const connection = this.idle.pop();
      if (connection === undefined || connection.isOpen) return connection;
      this.connections -= 1;
    }
  }

  private send(connection: ClientConnection): void {
    const { request, dueAt, recorder } = this.takeWaiting();
    const exchange = recorder.exchange(connection, request, dueAt, this.order.events ?? 0).then(() => {
      this.underWay.delete(exchange);
      if (connection.isOpen) this.idle.push(connection);
      else this.connections -= 1;
      this.sendWaiting();
    });
    this.underWay.add(exchange);
  }

  private takeWaiting(): Due {
    const due = this.waiting[this.nextWaiting]!;
    this.nextWaiting += 1;
    if (this.nextWaiting === this.waiting.length) {
      this.waiting = [];
      this.nextWaiting = 0;
    }
    return due;
  }

  private openAnother(): void {
    const { ports } = this.order;
    const port = ports[this.connections % ports.length]!;
    this.connections += 1;
    const opening = ClientConnection.open(port).then((connection) => {
      this.underWay.delete(opening);
      this.idle.push(connection);
      this.sendWaiting();
    });
    this.underWay.add(opening);
  }
}
