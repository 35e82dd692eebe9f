import { once } from 'node:events';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { Delivery } from './delivery.js';
import { Journal } from './journal.js';
import type { Frame } from './provider.js';

const FRAMES = 8000;
const FRAME_BYTES = 16 * 1024;

let server: Server;
afterEach(() => {
  server.close();
  server.closeAllConnections();
});

test('what a reader does not take is not generated', async () => {
  let generated = 0;
  const journal = new Journal();
  function* frames(): Generator<Frame> {
    while (generated++ < FRAMES) yield { kind: 'content', data: 'x'.repeat(FRAME_BYTES), tokens: 1 };
  }
  server = createServer((_, response) => {
    const delivery = new Delivery(response, journal.open('openai', '/'), journal, {});
    const errorFrame = (): Frame => ({ kind: 'done', data: '', tokens: 0 });
    void delivery.stream({}, frames(), errorFrame, 'sse');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const sent = request({ port: (server.address() as AddressInfo).port, agent: false }).on('error', () => {});
  sent.end();
  const [response] = (await once(sent, 'response')) as [NodeJS.ReadableStream];
  response.pause();
  for (let still = 0, before = -1; still < 200; before = generated) {
    await turn();
    still = generated === before ? still + 1 : 0;
  }
  // What the kernel's buffers took, and no more.
  expect(generated).toBeLessThan(FRAMES / 4);
  sent.destroy();
  await journal.whenEnded({}, 1, 5000);
  const [entry] = journal.entries();
  expect(entry).toMatchObject({ complete: false, clientGoneAt: expect.any(Number) });
  expect(entry!.tokensWritten).toBeLessThanOrEqual(generated);
  const atTheEnd = generated;
  await turn();
  expect(generated).toBe(atTheEnd);
});
