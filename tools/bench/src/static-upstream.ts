import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Served, StreamScript, UpstreamOrder } from './orders.js';
import {
  largeChunk,
  plainAnswers,
  refusal,
  refuseMarker,
  streamChunk,
  streamEnd,
  streamHead,
} from './upstream-answers.js';
import { plainVariants } from './usage-variants.js';
import { serveOrders } from './worker-process.js';

const headEnd = Buffer.from('\r\n\r\n');
const asksToStream = Buffer.from('"stream":true');
/** In a request that is to be refused. */
const asksToRefuse = Buffer.from(refuseMarker);
const answers = plainAnswers();

let script: StreamScript = { chunks: 100, intervalMs: 0 };
let scriptedChunk = streamChunk;
let plainDelayMs = 0;
let served = nothingServed();
let nextVariant = 0;

/** Answers HTTP requests as cheaply as it can: no more of a request is read than where it ends and whether to stream. */
class UpstreamConnection {
  private pending: Buffer | null = null;
  private timer: NodeJS.Timeout | NodeJS.Immediate | undefined;

  constructor(private readonly socket: Socket) {
    socket.on('data', (bytes: Buffer) => this.receive(bytes));
    socket.on('error', () => socket.destroy());
  }

  private receive(bytes: Buffer): void {
    let rest = this.pending === null ? bytes : Buffer.concat([this.pending, bytes]);
    this.pending = null;
    while (rest.length > 0) {
      const end = endOfRequest(rest);
      if (end === undefined || end > rest.length) {
        this.pending = rest;
        return;
      }
      this.answer(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
  }

  private answer(request: Buffer): void {
    if (request.includes(asksToRefuse)) return void this.socket.write(refusal);
    if (request.includes(asksToStream)) return this.stream();
    if (plainDelayMs === 0) this.answerPlain();
    else setTimeout(() => this.socket.destroyed || this.answerPlain(), plainDelayMs);
  }

  private answerPlain(): void {
    const variant = nextVariant;
    nextVariant = (variant + 1) % plainVariants;
    served.plain[variant]! += 1;
    this.socket.write(answers[variant]!);
  }

  private stream(): void {
    const { socket } = this;
    const { chunks, intervalMs } = script;
    const chunk = scriptedChunk;
    let left = chunks;
    const aborted = () => {
      served.aborted += 1;
      if (intervalMs > 0) clearTimeout(this.timer as NodeJS.Timeout);
      else clearImmediate(this.timer as NodeJS.Immediate);
    };
    const next = (): void => {
      left -= 1;
      if (left >= 0) {
        const taken = socket.write(chunk);
        if (!taken) socket.once('drain', next);
        else this.timer = intervalMs > 0 ? setTimeout(next, intervalMs) : setImmediate(next);
        return;
      }
      socket.off('close', aborted);
      served.streams[chunks] = (served.streams[chunks] ?? 0) + 1;
      socket.write(streamEnd(chunks));
    };
    socket.once('close', aborted);
    socket.write(streamHead);
    next();
  }
}

/** Undefined while the head is not complete. */
function endOfRequest(bytes: Buffer): number | undefined {
  const end = bytes.indexOf(headEnd);
  if (end < 0) return undefined;
  const length = /content-length: *(\d+)/i.exec(bytes.toString('latin1', 0, end))?.[1];
  return end + headEnd.length + Number(length ?? 0);
}

function nothingServed(): Served {
  return { plain: new Array<number>(plainVariants).fill(0), streams: {}, aborted: 0 };
}

function takeServed(): Served {
  const taken = served;
  served = nothingServed();
  return taken;
}

const server = createServer({ noDelay: true }, (socket) => new UpstreamConnection(socket));
const listening = new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 4_096, resolve));

serveOrders<UpstreamOrder | { kind: 'port' }>(async (order) => {
  switch (order.kind) {
    case 'port':
      await listening;
      return (server.address() as AddressInfo).port;
    case 'script':
      script = order.script;
      scriptedChunk = script.contentBytes === undefined ? streamChunk : largeChunk(script.contentBytes);
      return undefined;
    case 'plain-delay':
      plainDelayMs = order.ms;
      return undefined;
    case 'take-served':
      return takeServed();
    default:
      return order satisfies never;
  }
});
