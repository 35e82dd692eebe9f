import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { fastify, type FastifyInstance } from 'fastify';
import { Ending } from './ending.js';
import { finishRequests } from './finish-requests.js';
import { httpServerOptions } from './http-server-options.js';

interface Listening {
  instance: FastifyInstance;
  ending: Ending;
  port: number;
  /** Answers every request to /slow that has come. */
  answer: () => void;
}

async function listening(): Promise<Listening> {
  const instance = fastify(httpServerOptions);
  const ending = new Ending();
  finishRequests(instance, ending);
  const waiting: (() => void)[] = [];
  instance.get('/slow', (_request, reply) => {
    waiting.push(() => void reply.send('whole'));
  });
  instance.get('/quick', async () => 'at once');
  await instance.listen({ port: 0, host: '127.0.0.1' });
  const { port } = instance.server.address() as AddressInfo;
  return { instance, ending, port, answer: () => waiting.splice(0).forEach((each) => each()) };
}

/** One connection that is kept, if the server keeps it. */
async function get(port: number, path: string, agent?: Agent) {
  const sent = request({ port, host: '127.0.0.1', path, agent }).end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return { status: response.statusCode, connection: response.headers.connection, body: await text(response) };
}

describe('finishRequests', () => {
  test('a connection that never asked anything does not keep the server from closing', async () => {
    const { instance, port } = await listening();
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const ended = once(socket, 'close');
    await instance.close();
    await ended;
  });

  test('a request under way is answered before the server closes, and none is taken on a new connection', async () => {
    const { instance, port, answer } = await listening();
    const received = once(instance.server, 'request');
    const slow = get(port, '/slow');
    await received;
    const closed = instance.close();
    await expect(get(port, '/quick')).rejects.toThrow('ECONNREFUSED');
    answer();
    await closed;
    expect((await slow).body).toBe('whole');
  });

  test('from the beginning of the end every answer tells its client to use another connection', async () => {
    const { instance, ending, port, answer } = await listening();
    const agent = new Agent({ keepAlive: true });
    expect((await get(port, '/quick', agent)).connection).toBe('keep-alive');
    const received = once(instance.server, 'request');
    const slow = get(port, '/slow');
    await received;
    ending.begin();
    expect(await get(port, '/quick', agent)).toEqual({ status: 200, connection: 'close', body: 'at once' });
    answer();
    expect((await slow).connection).toBe('close');
    agent.destroy();
    await instance.close();
  });
});
