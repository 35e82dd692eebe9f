import { createServer, type Server } from 'node:net';
import { once } from 'node:events';
import { freePort, isPortFree, nextFreePort, reserve } from './free-port.js';

async function listenOn(port: number, host: string): Promise<Server> {
  const server = createServer().listen(port, host);
  await once(server, 'listening');
  return server;
}

test('a port is handed out only once', async () => {
  const ports = await Promise.all(Array.from({ length: 50 }, () => freePort()));
  expect(new Set(ports).size).toBe(50);
});

test("a port stays its owner's on the whole machine, also while nothing listens on it", async () => {
  const port = await freePort();
  expect(await isPortFree(port)).toBe(true);
  expect(await reserve(port)).toBe(false);
});

test.each(['127.0.0.1', '0.0.0.0'])(
  'a port that somebody listens on at %s is not free, and the next one is taken',
  async (host) => {
    const port = await freePort();
    const server = await listenOn(port, host);
    try {
      expect(await isPortFree(port)).toBe(false);
      expect(await nextFreePort(port)).toBeGreaterThan(port);
    } finally {
      server.close();
    }
  },
);
