import { connect, type Socket } from 'node:net';
import type { SlowHeadersOrder } from './orders.js';

const beginning = 'POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\nx-slow: ';
const dripMs = 5_000;
const together = 250;

/** Connections whose requests never get as far as the end of their headers. */
export class SlowHeaders {
  private sockets: Socket[] = [];
  private timer: NodeJS.Timeout | undefined;

  /** A part at a time: a burst of thousands would measure the accept queue. */
  async open({ port, sockets }: SlowHeadersOrder): Promise<void> {
    while (this.sockets.length < sockets) {
      const count = Math.min(together, sockets - this.sockets.length);
      this.sockets.push(...(await Promise.all(Array.from({ length: count }, () => begin(port)))));
    }
    this.timer = setInterval(() => {
      for (const socket of this.sockets) if (socket.writable) socket.write('a');
    }, dripMs);
  }

  /** @returns how many the server had not closed */
  drop(): number {
    clearInterval(this.timer);
    const open = this.sockets.filter((socket) => !socket.destroyed).length;
    for (const socket of this.sockets) socket.destroy();
    this.sockets = [];
    return open;
  }
}

function begin(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      socket.on('error', () => socket.destroy());
      socket.write(beginning);
      resolve(socket);
    });
  });
}
