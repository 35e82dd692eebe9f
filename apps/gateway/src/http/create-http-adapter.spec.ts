import { connect } from 'node:net';
import type { Fault } from '@tokenroute/faults';
import { createHttpAdapter } from './create-http-adapter.js';

describe('the address of a client that connects from 127.0.0.1', () => {
  async function addressSeen(trustedProxies: string[] | undefined, forwardedFor: string): Promise<string> {
    const instance = createHttpAdapter({ maxBodyBytes: 1_024, trustedProxies }).getInstance();
    instance.get('/ip', (request, reply) => reply.send(request.ip));
    const url = await instance.listen({ host: '127.0.0.1', port: 0 });
    const response = await fetch(`${url}/ip`, { headers: { 'x-forwarded-for': forwardedFor } });
    const address = await response.text();
    await instance.close();
    return address;
  }

  test('is that of the connection, whatever the client says', async () => {
    expect(await addressSeen(undefined, '192.0.2.1')).toBe('127.0.0.1');
    expect(await addressSeen(['10.0.0.0/8'], '192.0.2.1')).toBe('127.0.0.1');
  });

  test('behind trusted proxies is the last one that is none of them', async () => {
    const forwardedFor = '203.0.113.9, 192.0.2.1, 10.1.1.1';
    expect(await addressSeen(['127.0.0.1', '10.0.0.0/8'], forwardedFor)).toBe('192.0.2.1');
  });
});

test('a request without a Host is refused by us, of HTTP/1.0 it is taken', async () => {
  const instance = createHttpAdapter({ maxBodyBytes: 1_024 }).getInstance();
  instance.get('/', (_request, reply) => reply.send('ok'));
  instance.setErrorHandler((error, _request, reply) => reply.status(400).send((error as Fault).param));
  const url = await instance.listen({ host: '127.0.0.1', port: 0 });
  const ask = async (version: string) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(`GET / HTTP/${version}\r\nConnection: close\r\n\r\n`);
    let text = '';
    for await (const bytes of socket) text += String(bytes);
    return text;
  };
  expect(await ask('1.1')).toMatch(/^HTTP\/1\.1 400 [^]*\r\n\r\nHost$/);
  expect(await ask('1.0')).toMatch(/^HTTP\/1\.1 200 [^]*\r\n\r\nok$/);
  await instance.close();
});
