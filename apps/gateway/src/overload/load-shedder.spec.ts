import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { jest } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { closeQueuedAnswers, metricsText } from '@tokenroute/service-kit';
import { Agent, request } from 'undici';
import { createHttpAdapter } from '../http/create-http-adapter.js';
import { BillingLimit } from './billing-limit.js';
import { LoadShedder } from './load-shedder.js';

const maxRequests = 2;
const series = 'http_server_request_duration_count';

/** 503s of chat completions, as /metrics tells. */
async function refusedCount(): Promise<number> {
  const labels = '{http_route="/v1/chat/completions",http_response_status_code="503"}';
  const line = (await metricsText()).split('\n').find((text) => text.startsWith(`${series}${labels}`));
  return Number(line?.split(' ').at(-1) ?? 0);
}

describe('a gateway with too much to do', () => {
  let http: FastifyInstance;
  let url: string;
  let billing: BillingLimit;
  let finish: (() => void)[];
  let shedder: LoadShedder;

  beforeEach(async () => {
    billing = new BillingLimit({ targetDelayMs: 100, nowMs: () => 0 });
    shedder = new LoadShedder(billing, maxRequests);
    http = createHttpAdapter({
      maxBodyBytes: 1_024,
      admit: (request, response, begin) => shedder.admit(request, response, begin),
    }).getInstance() as unknown as FastifyInstance;
    closeQueuedAnswers(http.server);
    finish = [];
    http.post('/v1/slow', () => new Promise((resolve) => finish.push(() => resolve('done'))));
    http.post('/v1/chat/completions', () => 'answered');
    http.get('/v1/quick', () => 'quick');
    http.get('/healthz', () => 'alive');
    url = await http.listen({ port: 0, host: '127.0.0.1' });
  });

  afterEach(() => http.close());

  const slow = () => fetch(`${url}/v1/slow`, { method: 'POST', body: '{}' });

  async function fill(): Promise<Promise<Response>[]> {
    const answers = [slow(), slow()];
    while (finish.length < maxRequests) await new Promise((resolve) => setImmediate(resolve));
    return answers;
  }

  async function expectShed(response: Response): Promise<void> {
    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toMatch(/^[123]$/);
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(await response.json()).toEqual({
      error: { message: expect.any(String), type: 'service_unavailable_error', code: 503, param: null },
    });
  }

  test('refuses more requests than it may have, and takes one again when one has ended', async () => {
    const answers = await fill();
    await expectShed(await slow());
    finish.shift()!();
    expect((await Promise.race(answers)).status).toBe(200);
    while ((await fetch(`${url}/v1/quick`)).status !== 200);
    finish.shift()!();
    await Promise.all(answers);
  });

  test('has room again when a client went away', async () => {
    const aborted = new AbortController();
    const gone = fetch(`${url}/v1/slow`, { method: 'POST', body: '{}', signal: aborted.signal });
    const stays = slow();
    while (finish.length < maxRequests) await new Promise((resolve) => setImmediate(resolve));
    aborted.abort();
    await gone.catch(() => undefined);
    while ((await fetch(`${url}/v1/quick`)).status !== 200);
    for (const end of finish) end();
    await stays;
  });

  test('has room again when a client that had asked twice on one connection went away', async () => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write('POST /v1/slow HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}'.repeat(maxRequests));
    while (finish.length < maxRequests) await new Promise((resolve) => setImmediate(resolve));
    await expectShed(await slow());
    socket.destroy();
    while ((await fetch(`${url}/v1/quick`)).status !== 200);
    finish.splice(0);
    const answers = await fill();
    for (const end of finish) end();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200]);
  });

  test('who comes while too much waits for billing waits for a moment, and begins when there is room', async () => {
    let begunAtMs = 0;
    for (let waiting = 0; waiting < billing.limit; waiting += 1) begunAtMs = billing.begin();
    const answer = fetch(`${url}/v1/quick`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    for (let waiting = billing.limit; waiting > 0; waiting -= 1) billing.endHold(begunAtMs);
    expect((await answer).status).toBe(200);
  });

  test('refuses who has waited in vain, whatever is asked for, with the body unread', async () => {
    for (let waiting = 0; waiting < billing.limit; waiting += 1) billing.begin();
    const [asked, other] = await Promise.all([slow(), fetch(`${url}/v1/quick`)]);
    await expectShed(asked);
    await expectShed(other);
    expect(finish).toEqual([]);
  });

  test('counts a request however its path is written', async () => {
    const answers = await fill();
    await expectShed(await fetch(`${url}/%761/quick`));
    await expectShed(await fetch(`${url}/v1/quick?healthz`));
    await expectShed(await fetch(`${url}/healthz/`));
    for (const end of finish) end();
    await Promise.all(answers);
  });

  test('times what it refuses, like what it answers', async () => {
    const before = await refusedCount();
    for (let waiting = 0; waiting < billing.limit; waiting += 1) billing.begin();
    await expectShed(await fetch(`${url}/v1/chat/completions`, { method: 'POST', body: '{}' }));
    expect(await refusedCount()).toBe(before + 1);
  });

  test('keeps the connection of whom it refuses', async () => {
    const answers = await fill();
    const agent = new Agent({ connections: 1 });
    const sockets = new Set<unknown>();
    http.server.on('connection', (socket) => sockets.add(socket));
    const ask = () =>
      request(`${url}/v1/slow`, { method: 'POST', body: 'x'.repeat(100_000), dispatcher: agent });
    for (let count = 0; count < 3; count += 1) {
      const { statusCode, body } = await ask();
      expect(statusCode).toBe(503);
      await body.dump();
    }
    expect(sockets.size).toBe(1);
    await agent.close();
    for (const end of finish) end();
    await Promise.all(answers);
  });

  test('tells that it is alive', async () => {
    const answers = await fill();
    for (let waiting = 0; waiting < billing.limit; waiting += 1) billing.begin();
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    for (const end of finish) end();
    await Promise.all(answers);
  });

  describe('on the connection of whom it refused', () => {
    const completion = (length = 2, body = '{}') =>
      `POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n${body}`;
    let socket: Socket;
    let received: string;
    let seenByNode: number;

    beforeEach(() => {
      socket = connect(Number(new URL(url).port), '127.0.0.1');
      received = '';
      socket.on('data', (bytes: Buffer) => (received += bytes.toString('latin1')));
      seenByNode = 0;
      http.server.on('request', () => (seenByNode += 1));
    });

    afterEach(() => socket.destroy());

    const answers = () => received.split(/(?=HTTP\/1\.1)/).filter((text) => text !== '');
    const statuses = () => answers().map((text) => text.slice(9, 12));

    async function ask(text: string, count = 1): Promise<void> {
      const wanted = answers().length + count;
      socket.write(text);
      while (answers().length < wanted) await new Promise((resolve) => setTimeout(resolve, 1));
    }

    /** Node has seen that a request was refused, and that it was all. */
    async function refusedOnce(): Promise<void> {
      await ask(completion());
      await new Promise((resolve) => setTimeout(resolve, 20));
      seenByNode = 0;
    }

    const nameless = (answer: string) =>
      answer
        .replace(/\d\d:\d\d:\d\d/, 'TIME')
        .replace(/(retry-after: )\d/, '$1N')
        .replace(/(x-request-id: )[-0-9a-f]{36}/, '$1ID')
        .split('\r\n')
        .sort();

    test('the next one is refused with the same answer, and no request of Node is made for it', async () => {
      const held = await fill();
      await refusedOnce();
      const counted = await refusedCount();
      await ask(completion());
      await ask(completion(30, 'x'.repeat(30)));
      expect(seenByNode).toBe(0);
      expect(statuses()).toEqual(['503', '503', '503']);
      expect(nameless(answers()[1]!)).toEqual(nameless(answers()[0]!));
      expect(await refusedCount()).toBe(counted + 2);
      for (const end of finish) end();
      await Promise.all(held);
    });

    test('the next one after an answer is refused as early, when there is too much to do by then', async () => {
      socket.write('POST /v1/slow HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}');
      while (finish.length < 1) await new Promise((resolve) => setImmediate(resolve));
      const other = slow();
      while (finish.length < 2) await new Promise((resolve) => setImmediate(resolve));
      finish.shift()!();
      const third = slow();
      while (answers().length < 1 || finish.length < 2)
        await new Promise((resolve) => setTimeout(resolve, 1));
      seenByNode = 0;
      await ask(completion());
      expect([statuses(), seenByNode]).toEqual([['200', '503'], 0]);
      for (const end of finish) end();
      await Promise.all([other, third]);
    });

    test('it is answered when there is room again', async () => {
      const held = await fill();
      await refusedOnce();
      await ask(completion());
      for (const end of finish) end();
      await Promise.all(held);
      await ask(completion());
      await ask(completion());
      expect(statuses()).toEqual(['503', '503', '200', '200']);
    });

    test('whatever is not plainly one request is read by Node, and refused in its turn', async () => {
      const held = await fill();
      await refusedOnce();
      await ask(completion().repeat(2), 2);
      await ask(completion());
      socket.write(completion().slice(0, 50));
      await new Promise((resolve) => setTimeout(resolve, 20));
      await ask(completion().slice(50));
      await ask(
        completion().replace('Content-Length: 2\r\n\r\n{}', 'Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n'),
      );
      await ask('GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n');
      expect(statuses()).toEqual(['503', '503', '503', '503', '503', '503', '200']);
      expect(seenByNode).toBeGreaterThanOrEqual(5);
      for (const end of finish) end();
      await Promise.all(held);
    });

    test('however many came at once, the next one is looked at once, and given to Node once', async () => {
      const held = await fill();
      const atServer = await new Promise<Socket>((resolve) => {
        http.server.once('request', (first: IncomingMessage) => resolve(first.socket));
        void ask(completion().repeat(100), 100);
      });
      while (answers().length < 100) await new Promise((resolve) => setTimeout(resolve, 1));
      await new Promise((resolve) => setTimeout(resolve, 20));
      for (const end of finish) end();
      await Promise.all(held);
      const removed = jest.spyOn(atServer, 'removeListener');
      await ask(completion());
      expect(removed.mock.calls.filter(([event]) => event === 'data')).toHaveLength(1);
      expect(statuses().at(-1)).toBe('200');
    });

    test('what looks like a request within the body of another is its body', async () => {
      const held = await fill();
      await refusedOnce();
      const inner = completion();
      const outer = `POST /v1/slow HTTP/1.1\r\nHost: a\r\nContent-Length: ${inner.length}\r\n\r\n`;
      await ask(completion() + outer, 2);
      await new Promise((resolve) => setTimeout(resolve, 20));
      socket.write(inner);
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect(answers()).toHaveLength(3);
      seenByNode = 0;
      await ask(completion());
      expect([statuses(), seenByNode]).toEqual([['503', '503', '503', '503'], 1]);
      for (const end of finish) end();
      await Promise.all(held);
    });

    test('one behind a refused one that is under way is not answered before it', async () => {
      const [first, second] = await fill();
      finish.shift()!();
      await Promise.race([first, second]);
      // The first of these takes the place that has become free.
      socket.write('POST /v1/slow HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{}' + completion());
      while (finish.length < maxRequests) await new Promise((resolve) => setImmediate(resolve));
      socket.write(completion());
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(answers()).toEqual([]);
      for (const end of finish) end();
      await Promise.all([first, second]);
      while (answers().length < 3) await new Promise((resolve) => setTimeout(resolve, 1));
      expect(statuses()[0]).toBe('200');
    });

    test('when the gateway ends, Node answers again, and tells so', async () => {
      const held = await fill();
      await refusedOnce();
      shedder.end();
      await ask(completion());
      expect(seenByNode).toBe(1);
      for (const end of finish) end();
      await Promise.all(held);
    });
  });
});
