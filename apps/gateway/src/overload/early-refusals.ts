import type { Socket } from 'node:net';
import type { RefusalReason } from './overloaded.js';
import { refuseUnread } from './refusal.js';
import { isWholeRequest } from './whole-request.js';

/** What Node's HTTP server keeps at a connection: lib/_http_server.js and src/node_http_parser.cc. */
interface HttpSocket extends Socket {
  /** `finish` is what Node asks when a client ends a connection: an error when a request has begun to come, and nothing else. */
  parser?: { finish?: () => Error | undefined } | null;
  /** The answer that is due. */
  _httpMessage?: unknown;
}

/**
 * While there is too much to do, refuses on the connection itself: what comes next on it is looked at before Node makes a
 * request and a response of it, which is most of what a refusal costs. An ordinary request is refused with the bytes of an
 * answer; everything else goes to Node as it came, and so does everything once there is room, and wherever Node does not tell
 * that a connection is between two requests.
 */
export class EarlyRefusals {
  private readonly requestLine: Buffer;
  private readonly watched = new WeakSet<Socket>();
  private ended = false;

  /**
   * @param path of the requests that are refused here; it is also their route's name
   * @param reasonToRefuse null: there is room
   */
  constructor(
    private readonly path: string,
    private readonly reasonToRefuse: () => RefusalReason | null,
  ) {
    this.requestLine = Buffer.from(`POST ${path} HTTP/1.1\r\n`);
  }

  /** @param socket of a request that was just answered, or refused */
  watch(socket: Socket): void {
    if (this.watched.has(socket)) return;
    this.watched.add(socket);
    // When the answer has ended, and the rest of what was refused unread has come.
    setImmediate(this.takeOver, socket);
  }

  /** From now on answers tell their clients to go elsewhere, which is Node's to say. */
  end(): void {
    this.ended = true;
  }

  private readonly takeOver = (socket: HttpSocket) => {
    const [toParser, ...others] = socket.listeners('data') as ((bytes: Buffer) => void)[];
    if (this.ended || toParser === undefined || others.length > 0 || !isBetweenRequests(socket)) {
      this.watched.delete(socket);
      return;
    }
    const read = (bytes: Buffer) => {
      if (this.refuses(socket, bytes)) return;
      this.watched.delete(socket);
      socket.removeListener('data', read);
      socket.on('data', toParser);
      toParser.call(socket, bytes);
    };
    socket.removeListener('data', toParser);
    socket.on('data', read);
  };

  private refuses(socket: Socket, bytes: Buffer): boolean {
    // Who does not read the answers is not given more of them.
    if (this.ended || socket.writableLength > 0) return false;
    const reason = this.reasonToRefuse();
    if (reason === null || !isWholeRequest(bytes, this.requestLine)) return false;
    refuseUnread(socket, reason, this.path);
    return true;
  }
}

function isBetweenRequests(socket: HttpSocket): boolean {
  const { destroyed, parser, _httpMessage: answer } = socket;
  // Of a parser that waits for a client to read, `finish` says nothing.
  if (destroyed || answer !== null || socket.isPaused() || socket.writableLength > 0) return false;
  return typeof parser?.finish === 'function' && parser.finish() === undefined;
}
