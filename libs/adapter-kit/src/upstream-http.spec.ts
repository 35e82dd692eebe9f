import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Cancellation } from './cancellation.js';
import { UpstreamHttp, type UpstreamHttpOptions } from './upstream-http.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

const until = async (condition: () => boolean) => {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
};

describe('UpstreamHttp', () => {
  let server: Server;
  let handler: Handler;
  let sockets: Set<Socket>;
  let connections: number;
  let opened: UpstreamHttp[];

  beforeEach(async () => {
    sockets = new Set();
    connections = 0;
    opened = [];
    server = createServer((request, response) => {
      request.resume().on('end', () => handler(request, response));
    });
    server.on('connection', (socket) => {
      connections += 1;
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });

  afterEach(async () => {
    server.closeAllConnections();
    server.close();
    await Promise.all(opened.map((http) => http.close()));
  });

  function open(options: Partial<UpstreamHttpOptions> = {}): UpstreamHttp {
    const http = new UpstreamHttp({
      providerName: 'Provider',
      baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
      connectTimeoutMs: 5_000,
      firstByteTimeoutMs: 30_000,
      idleTimeoutMs: 30_000,
      totalTimeoutMs: 30_000,
      maxConnections: 10,
      ...options,
    });
    opened.push(http);
    return http;
  }

  const post = (http: UpstreamHttp, ends = new Cancellation()) =>
    http.post('/chat', { 'x-own': 'yes' }, { authorization: 'key' }, '{"a":1}', ends);

  test('sends a JSON body below the base URL, and tells status, headers and text', async () => {
    handler = (request, response) => {
      const { url, headers } = request;
      response.writeHead(201, { 'x-request-id': 'r1' });
      response.end(
        JSON.stringify([url, headers['content-type'], headers['content-length'], headers['x-own']]),
      );
    };
    const answer = await post(open());
    expect([answer.status, answer.header('x-request-id'), answer.header('x-none')]).toEqual([
      201,
      'r1',
      undefined,
    ]);
    expect(JSON.parse(await answer.text())).toEqual(['/v1/chat', 'application/json', '7', 'yes']);
  });

  test('a connection is used again for the next request', async () => {
    handler = (_request, response) => void response.end('{}');
    const http = open();
    for (let request = 0; request < 3; request += 1) await (await post(http)).text();
    expect(connections).toBe(1);
  });

  test('no more connections than allowed: who is too many waits for one', async () => {
    handler = (_request, response) => void setImmediate(() => response.end('{}'));
    const http = open({ maxConnections: 2 });
    const answers = Array.from({ length: 9 }, async () => (await post(http)).text());
    expect(await Promise.all(answers)).toEqual(Array.from({ length: 9 }, () => '{}'));
    expect(connections).toBe(2);
  });

  test('who waits for a connection can be called off, and the others still get theirs', async () => {
    const held: ServerResponse[] = [];
    handler = (_request, response) => void held.push(response);
    const http = open({ maxConnections: 1 });
    const first = post(http);
    await until(() => held.length === 1);
    const ends = new Cancellation();
    const second = post(http, ends);
    const third = post(http);
    ends.abort('gone');
    await expect(second).rejects.toBe('gone');
    held[0]!.end('first');
    expect(await (await first).text()).toBe('first');
    await until(() => held.length === 2);
    held[1]!.end('third');
    expect(await (await third).text()).toBe('third');
  });

  test('answers that are called off leave no connection behind, and open none', async () => {
    handler = (_request, response) => void response.write('data: a\n\n');
    const http = open();
    const ends = Array.from({ length: 5 }, () => new Cancellation());
    const reading = ends.map(async (end) => {
      for await (const _piece of (await post(http, end)).body) end.abort('gone');
    });
    expect(await Promise.all(reading.map((read) => read.catch((error: unknown) => error)))).toEqual(
      ends.map(() => 'gone'),
    );
    await until(() => sockets.size === 0);
    handler = (_request, response) => void response.end('{}');
    expect(await (await post(http)).text()).toBe('{}');
    expect(connections).toBe(6);
  });

  test('to stop reading closes the connection', async () => {
    handler = (_request, response) => void response.write('data: a\n\n');
    for await (const piece of (await post(open())).body) {
      expect(piece.toString()).toBe('data: a\n\n');
      break;
    }
    await until(() => sockets.size === 0);
  });

  test('what nobody reads is not taken from the provider', async () => {
    let written = 0;
    handler = (_request, response) => {
      const write = () => {
        written += 1;
        if (written === 200) response.end(Buffer.alloc(256 * 1024));
        else response.write(Buffer.alloc(256 * 1024), write);
      };
      write();
    };
    const { body } = await post(open());
    let before = -1;
    // The sockets' buffers have taken what they can when nothing moves any more.
    while (before !== written) {
      before = written;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    expect(written).toBeLessThan(200);
    let bytes = 0;
    for await (const piece of body) bytes += piece.length;
    expect(bytes).toBe(200 * 256 * 1024);
  });

  test('what came together is read together, and in order', async () => {
    handler = (_request, response) => {
      response.cork();
      for (let word = 0; word < 50; word += 1) response.write(`data: ${word}\n\n`);
      response.uncork();
      response.end();
    };
    const pieces: string[] = [];
    for await (const piece of (await post(open())).body) pieces.push(piece.toString());
    expect(pieces.join('')).toBe(Array.from({ length: 50 }, (_, word) => `data: ${word}\n\n`).join(''));
    expect(pieces.length).toBeLessThan(50);
  });

  test('an answer that breaks off fails after what came of it', async () => {
    handler = (_request, response) => response.write('data: a\n\n', () => response.socket!.destroy());
    const http = open();
    const pieces: string[] = [];
    const read = async () => {
      for await (const piece of (await post(http)).body) pieces.push(piece.toString());
    };
    await expect(read()).rejects.toThrow();
    expect(pieces.join('')).toBe('data: a\n\n');
  });

  test.each([
    ['before it began', () => undefined],
    ['in its middle', (_request: unknown, response: ServerResponse) => void response.write('data: a\n\n')],
  ])('an answer that takes too long in all is a fault, %s', async (_when, slow) => {
    handler = slow;
    const http = open({ totalTimeoutMs: 100 });
    const answer = async () => (await post(http)).text();
    await expect(answer()).rejects.toMatchObject({
      code: 'upstream',
      publicMessage: 'Provider did not finish its answer in time.',
    });
    await until(() => sockets.size === 0);
  });

  test('a provider that cannot be reached is a fault', async () => {
    const http = open({ baseUrl: 'http://127.0.0.1:1/v1' });
    await expect(post(http)).rejects.toMatchObject({
      code: 'upstream',
      publicMessage: 'Provider could not be reached.',
    });
  });
});
