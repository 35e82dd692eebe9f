import { connect, type Socket } from 'node:net';
import { type AnswerListener, AnswerReader } from './answer-reader.js';

/** One keep-alive connection that sends one request at a time. */
export class ClientConnection implements AnswerListener {
  /** Of the request under way. */
  listener: AnswerListener | null = null;
  private readonly reader = new AnswerReader(this);

  private constructor(private readonly socket: Socket) {
    socket.on('data', (bytes: Buffer) => this.reader.push(bytes));
    socket.on('close', () => this.end('connection closed'));
    socket.on('error', () => socket.destroy());
  }

  static open(port: number): Promise<ClientConnection> {
    return new Promise((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true });
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new ClientConnection(socket));
      });
    });
  }

  send(request: Buffer, listener: AnswerListener): void {
    this.listener = listener;
    this.socket.write(request);
  }

  get isOpen(): boolean {
    return !this.socket.destroyed;
  }

  /** From here on what comes is left where it is: a client that does not read. */
  stopReading(): void {
    this.socket.pause();
  }

  close(): void {
    this.listener = null;
    this.socket.destroy();
  }

  events(count: number): void {
    this.listener?.events(count);
  }

  end(failure: string | null): void {
    const { listener } = this;
    this.listener = null;
    listener?.end(failure);
  }
}
