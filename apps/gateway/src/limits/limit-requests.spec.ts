import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import type { ApiKey } from '@tokenroute/contracts';
import { fastify, type FastifyInstance, type FastifyRequest } from 'fastify';
import { limitRequests } from './limit-requests.js';
import type { RateLimiter } from './rate-limiter.js';

const told = { 'x-ratelimit-limit-requests': '7' };
const limiter = { headersOf: async () => told } as unknown as RateLimiter;

describe('limitRequests', () => {
  let instance: FastifyInstance;
  /** What authentication waits for, when it does. */
  let lookUp: Promise<unknown>;

  beforeEach(async () => {
    lookUp = Promise.resolve();
    instance = fastify();
    instance.addHook('onRequest', async (request) => {
      await lookUp;
      (request as FastifyRequest & { apiKey: ApiKey }).apiKey = { id: 'key' } as ApiKey;
    });
    limitRequests(instance, limiter, 1);
    instance.get('/', (_request, reply) => reply.send('whole'));
    instance.get('/failing', () => {
      throw new Error('no');
    });
    await instance.listen({ port: 0, host: '127.0.0.1' });
  });

  afterEach(() => instance.close());

  const port = () => (instance.server.address() as AddressInfo).port;
  const ask = (path: string) => fetch(`http://127.0.0.1:${port()}${path}`);

  test('answers and failures tell the limits and make room for the next request', async () => {
    for (const [path, status] of [
      ['/', 200],
      ['/failing', 500],
      ['/missing', 404],
      ['/', 200],
    ] as const) {
      const response = await ask(path);
      await response.text();
      expect([response.status, response.headers.get('x-ratelimit-limit-requests')]).toEqual([status, '7']);
    }
  });

  test('a client that left while its key was looked up keeps no place', async () => {
    let found!: () => void;
    lookUp = new Promise<void>((resolve) => (found = resolve));
    const received = once(instance.server, 'request');
    const socket = connect(port(), '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nhost: localhost\r\n\r\n');
    const [, response] = (await received) as [unknown, NodeJS.EventEmitter];
    const closed = once(response, 'close');
    socket.destroy();
    await closed;
    found();
    await lookUp;
    expect((await ask('/')).status).toBe(200);
  });
});
