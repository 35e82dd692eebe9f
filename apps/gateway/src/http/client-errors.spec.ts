import { once } from 'node:events';
import { connect } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { createHttpAdapter } from './create-http-adapter.js';

const get = (path: string, headers = '') =>
  `GET ${path} HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n${headers}\r\n`;

const post = (headers: string, body: string) =>
  `POST /model HTTP/1.1\r\nHost: a.example\r\n${headers}\r\n${body}`;

describe('what never becomes a request', () => {
  let instance: FastifyInstance;
  let port: number;
  let release: () => void;

  beforeAll(async () => {
    instance = createHttpAdapter({ maxBodyBytes: 1_024 }).getInstance();
    instance.get('/model/:id', (_request, reply) => reply.send('ok'));
    instance.post('/model', (_request, reply) => reply.send('ok'));
    instance.get('/slow', (_request, reply) => {
      reply.raw.writeHead(200, { 'content-type': 'text/plain' });
      reply.raw.write('first');
      release = () => reply.raw.end('last');
    });
    port = Number(new URL(await instance.listen({ host: '127.0.0.1', port: 0 })).port);
  });

  afterAll(() => instance.close());

  /** @returns status, content type and body of the one answer */
  async function send(bytes: string): Promise<{ status: number; type: string; body: string }> {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (data: Buffer) => (text += data.toString('latin1')));
    socket.on('error', () => undefined);
    socket.write(Buffer.from(bytes, 'latin1'));
    await once(socket, 'close');
    const [head, body] = text.split('\r\n\r\n') as [string, string];
    const type = /content-type: (.*)/i.exec(head)?.[1] ?? '';
    return { status: Number(head.slice(9, 12)), type, body };
  }

  test.each([
    ['bytes that are no HTTP', 'GARBAGE\r\n\r\n', 400],
    ['a method that is none', get('/model/a').replace('GET', 'G\xc9T'), 400],
    ['headers that are too large', get('/model/a', `X-A: ${'a'.repeat(20_000)}\r\n`), 431],
    ['an expectation that cannot be met', get('/model/a', 'Expect: the-unexpected\r\n'), 417],
    ['a chunk that is none', post('Transfer-Encoding: chunked\r\n', 'x\r\nabc\r\n'), 400],
    [
      'an extension of a chunk without end',
      post('Transfer-Encoding: chunked\r\n', `1;${'a'.repeat(40_000)}`),
      413,
    ],
    ['a URL that cannot be read', get('/model/%zz'), 400],
    ['a parameter longer than any', get(`/model/${'a'.repeat(500)}`), 404],
  ])('%s: the one error body', async (_what, bytes, status) => {
    const answer = await send(bytes);
    expect(answer.status).toBe(status);
    expect(answer.type).toBe('application/json; charset=utf-8');
    expect(JSON.parse(answer.body)).toEqual({
      error: { message: expect.any(String), type: 'invalid_request_error', code: status, param: null },
    });
  });

  test('an answer under way is not mixed with an error of what came behind its request', async () => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    const closed = once(socket, 'close');
    socket.on('error', () => undefined);
    socket.write(get('/slow').replace('Connection: close\r\n', ''));
    await new Promise<void>((resolve) => {
      socket.on('data', (data: Buffer) => {
        text += data.toString('latin1');
        if (text.includes('first')) resolve();
      });
    });
    socket.write('GARBAGE\r\n\r\n');
    await closed;
    release();
    expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(text).not.toContain('error');
  });
});
