import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Dispatcher, Pool } from 'undici';
import { serveOrders } from './worker-process.js';

const connections = 4_096;
const pool = new Pool(process.argv[2]!, { connections, headersTimeout: 0, bodyTimeout: 0 });

/** What any proxy written for Node has to do, and nothing else: no keys, no money, no look at the bytes. */
function pass(request: IncomingMessage, response: ServerResponse): void {
  const pieces: Buffer[] = [];
  request.on('data', (piece: Buffer) => pieces.push(piece));
  request.on('end', () => {
    const handler = new PassThrough(response);
    pool.dispatch(
      {
        method: 'POST',
        path: request.url!,
        headers: {
          'content-type': request.headers['content-type'],
          authorization: request.headers.authorization,
        },
        body: pieces.length === 1 ? pieces[0] : Buffer.concat(pieces),
      },
      handler,
    );
    response.once('close', () => handler.clientIsGone());
  });
}

class PassThrough implements Dispatcher.DispatchHandler {
  private controller: Dispatcher.DispatchController | undefined;

  constructor(private readonly response: ServerResponse) {}

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
  }

  onResponseStart(
    _controller: unknown,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    const { connection: _, 'transfer-encoding': _encoding, 'keep-alive': _keepAlive, ...passedOn } = headers;
    this.response.writeHead(status, passedOn);
  }

  onResponseData(controller: Dispatcher.DispatchController, bytes: Buffer): void {
    if (this.response.write(bytes)) return;
    controller.pause();
    this.response.once('drain', () => controller.resume());
  }

  onResponseEnd(): void {
    this.response.end();
  }

  onResponseError(): void {
    this.response.destroy();
  }

  clientIsGone(): void {
    if (!this.response.writableFinished) this.controller?.abort(new Error('the client is gone'));
  }
}

const server = createServer({ keepAliveTimeout: 75_000 }, pass);
const listening = new Promise<void>((resolve) => server.listen(0, '127.0.0.1', 4_096, resolve));

serveOrders(async () => {
  await listening;
  return (server.address() as AddressInfo).port;
});
