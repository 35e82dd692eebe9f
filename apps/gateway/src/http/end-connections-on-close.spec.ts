import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { fastify, type FastifyInstance } from 'fastify';
import { endConnectionsOnClose } from './end-connections-on-close.js';

async function listening(): Promise<{ instance: FastifyInstance; port: number }> {
  const instance = fastify();
  endConnectionsOnClose(instance);
  instance.get('/slow', (_request, reply) => {
    setTimeout(() => void reply.send('whole'), 200);
  });
  await instance.listen({ port: 0, host: '127.0.0.1' });
  return { instance, port: (instance.server.address() as AddressInfo).port };
}

describe('endConnectionsOnClose', () => {
  test('a connection that never asked anything does not keep the server from closing', async () => {
    const { instance, port } = await listening();
    const socket = connect(port, '127.0.0.1');
    await once(socket, 'connect');
    const ended = once(socket, 'close');
    await instance.close();
    await ended;
  });

  test('a request under way is answered before the server closes', async () => {
    const { instance, port } = await listening();
    const received = once(instance.server, 'request');
    const answer = fetch(`http://127.0.0.1:${port}/slow`).then((response) => response.text());
    await received;
    await instance.close();
    expect(await answer).toBe('whole');
  });
});
