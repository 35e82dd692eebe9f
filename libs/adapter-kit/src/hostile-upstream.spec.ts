import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import type { CompleteRequest, CompletionOutcome } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import { Cancellation } from './cancellation.js';
import { HttpAdapter } from './http-adapter.js';
import { KeyRing } from './key-ring.js';
import type { ProviderDialect, StreamTranslation } from './provider-dialect.js';
import { UpstreamHttp } from './upstream-http.js';

/** A stream of words, complete at the word "end". */
class Words implements StreamTranslation {
  generatedBytes = 0;
  private ended = false;

  push({ data }: { data: string }): string {
    this.ended ||= data === 'end';
    this.generatedBytes += data.length;
    return `data: ${data}\n\n`;
  }

  end() {
    if (!this.ended) throw new Fault('upstream', 'Provider broke off.');
    return { completed: { tail: Buffer.alloc(0), usageMembersAt: 0 }, usage: null, finishReason: 'stop' };
  }
}

const dialect: ProviderDialect = {
  providerName: 'Provider',
  telemetryName: 'provider',
  parameters: 'sent-as-they-are',
  cancelStopsMeter: true,
  authorize: (key) => ({ authorization: `Bearer ${key}` }),
  toRequest: () => ({ path: '/chat', headers: {}, body: '{}', ignoredParams: [] }),
  fromResponse: (body) => {
    if (!body.startsWith('{"choices"')) throw new Fault('upstream', 'Provider gave what cannot be read.');
    return {
      completed: { tail: Buffer.from(body), usageMembersAt: 0 },
      usage: null,
      finishReason: 'f'.repeat(9_999),
    };
  },
  openStream: () => new Words(),
  fromError: (status) => new Fault('upstream', `Provider failed (${status}).`),
};

const goodBody = '{"choices":[]}';
const ok = 'HTTP/1.1 200 OK\r\n';
const good = `${ok}Content-Length: ${goodBody.length}\r\n\r\n${goodBody}`;
const sse = `${ok}Content-Type: text/event-stream\r\n\r\n`;
const plainHead = `${ok}Content-Type: application/json\r\n\r\n`;
const upgrade = 'HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n';
const kilobyte = 'a'.repeat(1_024);
const megabyte = 1024 * 1024;

type Script = (socket: Socket) => void;

const says =
  (...texts: (string | Buffer)[]): Script =>
  (socket) => {
    for (const text of texts) socket.write(typeof text === 'string' ? Buffer.from(text, 'latin1') : text);
  };

const saysAndEnds =
  (...texts: (string | Buffer)[]): Script =>
  (socket) => {
    says(...texts)(socket);
    socket.end();
  };

/** Says something, and then the same for ever, as fast as it is read. */
function endless(first: string, again: string): Script {
  const piece = Buffer.from(again.repeat(Math.ceil(16_384 / again.length)), 'latin1');
  return (socket) => {
    const go = () => {
      while (!socket.destroyed && socket.write(piece));
    };
    socket.on('drain', () => setImmediate(go));
    socket.write(Buffer.from(first, 'latin1'));
    go();
  };
}

const trickle =
  (first: string): Script =>
  (socket) => {
    socket.write(first);
    const timer = setInterval(() => socket.write('a'), 5);
    socket.on('close', () => clearInterval(timer));
  };

const resets: Script = (socket) => socket.write(`${sse}data: a\n\n`, () => socket.resetAndDestroy());

const noHttp = 'Provider answered with what is no HTTP.';
const tooMuch = 'Provider sent more than an answer can be.';
const unreadable = 'Provider gave what cannot be read.';
const brokeOff = 'Provider broke off.';
const closed = 'Provider closed the connection before its answer was complete.';
const neverBegan = 'Provider did not begin to answer in time.';
const neverEnded = 'Provider did not finish its answer in time.';

/** A provider that is hostile, or broken, or somebody else in its place: over a raw socket. */
describe('a hostile provider', () => {
  let server: Server;
  let sockets: Set<Socket>;
  let scripts: Script[];
  let requests: number;
  let connections: number;
  let opened: UpstreamHttp[];

  beforeEach(async () => {
    sockets = new Set();
    requests = 0;
    connections = 0;
    server = createServer((socket) => {
      connections += 1;
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('error', () => undefined);
      // A request of ours is small and comes in one piece.
      socket.on('data', () => {
        requests += 1;
        (scripts.shift() ?? says(good))(socket);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    opened = [];
  });

  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await Promise.all(opened.map((http) => http.close()));
  });

  /** @param waitMs for a first byte and, thrice as long, for the whole answer */
  function openAdapter(waitMs = 20_000): HttpAdapter {
    const http = new UpstreamHttp({
      providerName: 'Provider',
      baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
      connectTimeoutMs: 5_000,
      firstByteTimeoutMs: waitMs,
      idleTimeoutMs: waitMs,
      totalTimeoutMs: waitMs * 3,
      maxConnections: 2,
    });
    opened.push(http);
    const keys = new KeyRing([{ key: 'secret', weight: 1 }], { authorize: dialect.authorize, now: () => 0 });
    return new HttpAdapter(dialect, http, keys, {
      firstByteTimeoutMs: waitMs,
      readAfterCancelMs: waitMs,
      maxInFlight: 10,
      maxStreamBytes: 16 * megabyte,
    });
  }

  let sent = '';

  function ask(stream: boolean, adapter = openAdapter()): Promise<CompletionOutcome> {
    sent = '';
    const request = { requestId: 'r', stream, body: Buffer.from('{}') } as CompleteRequest;
    const sink = { head: () => undefined, data: (bytes: Buffer) => void (sent += bytes.toString('latin1')) };
    return adapter.complete(request, sink, { cancelled: new Cancellation(), gone: new Cancellation() });
  }

  async function faultOf(stream: boolean, adapter?: HttpAdapter): Promise<string> {
    try {
      const { end } = await ask(stream, adapter);
      return `no fault, but ${end!.$case}`;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      expect(error.code).toBe('upstream');
      return error.publicMessage;
    }
  }

  const writtenBytes = () => [...sockets].reduce((sum, socket) => sum + socket.bytesWritten, 0);

  // Before an answer begins it makes no difference whether a stream was asked for.
  const cases: [what: string, mode: 'plain' | 'stream' | 'both', script: Script, fault: string][] = [
    ['headers that never end', 'plain', endless(ok, 'X-A: a\r\n'), noHttp],
    ['a header that never ends', 'plain', endless(`${ok}X-A: `, kilobyte), noHttp],
    ['a status line that never ends', 'plain', endless('HTTP/1.1 200 ', kilobyte), neverBegan],
    ['interim answers for ever', 'plain', endless('', 'HTTP/1.1 103 Early Hints\r\n\r\n'), neverBegan],
    ['silence', 'plain', () => undefined, neverBegan],
    ['no HTTP', 'plain', saysAndEnds('220 mail.example ESMTP\r\n'), noHttp],
    ['another protocol', 'plain', says(upgrade), closed],
    ['a status that is none', 'plain', saysAndEnds('HTTP/1.1 9999 OK\r\n\r\n'), noHttp],
    ['two lengths', 'plain', says(`${ok}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`), noHttp],
    [
      'a chunk of 16 EiB',
      'plain',
      says(`${ok}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\na`),
      noHttp,
    ],
    ['a line that never ends', 'stream', endless(`${sse}data: `, kilobyte), tooMuch],
    ['an event that never ends', 'stream', endless(sse, `data: ${kilobyte}\n`), tooMuch],
    ['a stream that never ends', 'stream', endless(sse, `data: ${kilobyte}\n\n`), tooMuch],
    ['comments for ever', 'stream', endless(sse, ':\n\n'), tooMuch],
    ['a trickle of comments', 'stream', trickle(`${sse}: `), neverBegan],
    ['a trickle after its first event', 'stream', trickle(`${sse}data: a\n\ndata: `), neverEnded],
    ['a trickle of a body', 'plain', trickle(plainHead), neverBegan],
    ['an error that never ends', 'plain', endless('HTTP/1.1 400 Bad Request\r\n\r\n', kilobyte), tooMuch],
    ['a web page', 'plain', saysAndEnds(`${ok}Content-Type: text/html\r\n\r\n<html></html>`), unreadable],
    ['a web page', 'stream', saysAndEnds(`${ok}Content-Type: text/html\r\n\r\n<html></html>`), brokeOff],
    ['a stream where none was asked for', 'plain', saysAndEnds(`${sse}data: end\n\n`), unreadable],
    ['a body where a stream was asked for', 'stream', says(good), brokeOff],
    ['nothing', 'plain', saysAndEnds(plainHead), unreadable],
    ['nothing', 'stream', saysAndEnds(sse), brokeOff],
    ['half of the length it told', 'both', saysAndEnds(`${ok}Content-Length: 99\r\n\r\n{}`), closed],
    // Without a length, as with a stream, only what came tells that it is not all.
    ['a reset in the middle', 'plain', resets, unreadable],
    ['a reset in the middle', 'stream', resets, brokeOff],
  ];
  const each = cases.flatMap(([what, mode, script, fault]) =>
    (['plain', 'stream'] as const)
      .filter((only) => mode === 'both' || mode === only)
      .map((only) => [what, only, script, fault] as const),
  );

  test.each(each)(
    'that sends %s (%s) has failed, and the next request is answered',
    async (_what, mode, script, fault) => {
      // Twice: what failed before it began is tried once more.
      scripts = [script, script];
      const isSlow = fault === neverBegan || fault === neverEnded;
      const adapter = openAdapter(isSlow ? 150 : undefined);
      expect(await faultOf(mode === 'stream', adapter)).toBe(fault);
      // What is given up for its slowness alone may have sent as much as a quick machine sends meanwhile.
      if (!isSlow) expect(writtenBytes()).toBeLessThan(32 * megabyte);
      expect(requests).toBeLessThanOrEqual(2);
      scripts = [];
      expect((await ask(false)).end!.$case).toBe('completed');
    },
  );

  test('that sends a body without end is left at 48 MiB', async () => {
    scripts = [endless(plainHead, kilobyte)];
    expect(await faultOf(false)).toBe(tooMuch);
  });

  test('that sends a gzip bomb is not unpacked', async () => {
    const bomb = gzipSync(Buffer.alloc(50 * megabyte));
    scripts = [says(`${ok}Content-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`, bomb)];
    const before = process.memoryUsage().rss;
    expect(await faultOf(false)).toBe(unreadable);
    expect(process.memoryUsage().rss - before).toBeLessThan(40 * megabyte);
  });

  test.each([301, 302, 303, 307, 308])(
    'that sends a %i elsewhere does not get our key there',
    async (status) => {
      const elsewhere = createServer((socket) => void socket.end());
      elsewhere.listen(0, '127.0.0.1');
      await once(elsewhere, 'listening');
      let visits = 0;
      elsewhere.on('connection', () => (visits += 1));
      const location = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/v1/chat`;
      scripts = [says(`HTTP/1.1 ${status} Moved\r\nLocation: ${location}\r\nContent-Length: 0\r\n\r\n`)];
      expect(await faultOf(false)).toBe(`Provider failed (${status}).`);
      expect({ visits, requests }).toEqual({ visits: 0, requests: 1 });
      elsewhere.close();
    },
  );

  test('that sends bytes that are no UTF-8 does not make us send any', async () => {
    scripts = [saysAndEnds(sse, 'data: a\xff\xfe\xc0b\n\n', 'data: end\n\n')];
    expect((await ask(true)).end!.$case).toBe('completed');
    expect(Buffer.from(sent, 'latin1').toString('utf8')).toBe('data: a\ufffd\ufffd\ufffdb\n\ndata: end\n\n');
  });

  test('that says more than the length it told is not believed the rest', async () => {
    scripts = [says(`${good}HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nother`)];
    const adapter = openAdapter();
    const { end } = await ask(false, adapter);
    expect(end!.$case === 'completed' && end!.value.tail.toString()).toBe(goodBody);
    const next = await ask(false, adapter);
    expect(next.end!.$case === 'completed' && next.end!.value.tail.toString()).toBe(goodBody);
    expect(connections).toBe(2);
  });

  test('that gives a reason as long as a book is cut short: it travels with the charge', async () => {
    scripts = [];
    expect((await ask(false)).finishReason).toHaveLength(100);
  });

  test('does not keep others from being served', async () => {
    scripts = [endless(`${sse}data: `, kilobyte), says(good)];
    const adapter = openAdapter();
    const hostile = faultOf(true, adapter);
    await once(server, 'connection');
    expect((await ask(false, adapter)).end!.$case).toBe('completed');
    expect(await hostile).toBe(tooMuch);
  });
});
