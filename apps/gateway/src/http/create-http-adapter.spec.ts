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
