import { createServer, connect, type AddressInfo, type Server, type Socket } from 'node:net';
import { FaultProxy } from './fault-proxy.js';

/** A client's end of a connection: what came, and how it ended. */
class Client {
  received = '';
  end: 'open' | 'closed' | 'reset' = 'open';

  constructor(readonly socket: Socket) {
    socket.on('data', (bytes: Buffer) => (this.received += bytes.toString()));
    socket.on('error', () => (this.end = 'reset'));
    socket.on('end', () => (this.end = 'closed'));
  }

  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

describe('a link', () => {
  let server: Server;
  let proxy: FaultProxy;
  let atServer: string;
  const clients: Client[] = [];

  beforeEach(async () => {
    atServer = '';
    server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => undefined);
      socket.on('end', () => socket.end());
      socket.on('data', (bytes: Buffer) => {
        atServer += bytes.toString();
        socket.write(bytes);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    proxy = await FaultProxy.listen((server.address() as AddressInfo).port);
  });

  afterEach(async () => {
    for (const { socket } of clients.splice(0)) socket.destroy();
    await proxy.close();
    await new Promise((resolve) => server.close(resolve));
  });

  function open(): Client {
    const client = new Client(connect({ port: proxy.port, host: '127.0.0.1', allowHalfOpen: true }));
    clients.push(client);
    return client;
  }

  async function openAndGreeted(): Promise<Client> {
    const client = open();
    client.socket.write('hello ');
    await client.until(() => client.received === 'hello ');
    return client;
  }

  test('that is open passes bytes and their end both ways', async () => {
    const client = await openAndGreeted();
    const large = 'x'.repeat(1_000_000);
    client.socket.end(large);
    await client.until(() => client.end === 'closed');
    expect(client.received).toBe(`hello ${large}`);
    await client.until(() => proxy.openConnections === 0);
  });

  test('with a delay passes nothing before its time, and all of it in order', async () => {
    const client = await openAndGreeted();
    proxy.become({ kind: 'delay', ms: 30 });
    const begin = performance.now();
    client.socket.write('a');
    client.socket.write('b');
    await client.until(() => client.received === 'hello ab');
    expect(performance.now() - begin).toBeGreaterThanOrEqual(60 - 1);
  });

  test('that is cut passes no more than so many bytes and resets the connection, also the next one', async () => {
    const client = await openAndGreeted();
    proxy.become({ kind: 'cut', afterBytes: 4 });
    client.socket.write('abcdefgh');
    await client.until(() => client.end === 'reset');
    const another = open();
    another.socket.write('12345678');
    await another.until(() => another.end === 'reset');
    // A reset may overtake what had been let through; what had not been never arrives.
    expect(atServer.slice('hello '.length)).not.toMatch(/[e-h5-8]/);
  });

  test('that is a black hole keeps everything, and delivers it when it heals', async () => {
    const client = await openAndGreeted();
    proxy.become({ kind: 'black-hole' });
    client.socket.write('later');
    const another = open();
    another.socket.write('too');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(client.received).toBe('hello ');
    expect(client.end).toBe('open');
    proxy.heal();
    await client.until(() => client.received === 'hello later');
    await another.until(() => another.received === 'too');
  });

  test('that is half-open leaves the near end in the dark until it heals', async () => {
    const client = await openAndGreeted();
    proxy.become({ kind: 'half-open' });
    client.socket.write('lost');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect([client.end, client.received]).toEqual(['open', 'hello ']);
    proxy.heal();
    await client.until(() => client.end === 'reset');
    expect(atServer).toBe('hello ');
  });

  test('that is throttled takes at least the time its rate asks for', async () => {
    const client = await openAndGreeted();
    proxy.become({ kind: 'throttle', bytesPerSecond: 2_000 });
    const begin = performance.now();
    client.socket.write('x'.repeat(400));
    await client.until(() => client.received.length === 'hello '.length + 400);
    // Each direction passes the last step without waiting after it.
    expect(performance.now() - begin).toBeGreaterThanOrEqual(140);
  });

  test('whose other end is not there resets whoever comes', async () => {
    const nobody = await FaultProxy.listen(1);
    const client = new Client(connect({ port: nobody.port, host: '127.0.0.1' }));
    clients.push(client);
    await client.until(() => client.end === 'reset');
    await nobody.close();
  });
});
