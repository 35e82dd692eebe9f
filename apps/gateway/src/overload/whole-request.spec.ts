import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { isWholeRequest } from './whole-request.js';

const line = Buffer.from('POST /v1/x HTTP/1.1\r\n');

function bytesOf(headers: string[], body = '{}'): Buffer {
  return Buffer.from([line.toString().trimEnd(), ...headers, '', body].join('\r\n'), 'latin1');
}

const ordinary = [
  'Host: a',
  'content-length:2',
  'Connection: Keep-Alive',
  'Authorization: Bearer x',
  'X-A: b c',
];

test('an ordinary request is recognised', () => {
  expect(isWholeRequest(bytesOf(ordinary), line)).toBe(true);
  expect(isWholeRequest(bytesOf(['content-length: 0'], ''), line)).toBe(true);
});

test.each([
  ['one of another path', Buffer.from(bytesOf(ordinary).toString().replace('/v1/x', '/v1/y'))],
  ['one of another method', Buffer.from(bytesOf(ordinary).toString().replace('POST', 'GET'))],
  ['the beginning of one', bytesOf(ordinary).subarray(0, -1)],
  ['headers that go on', bytesOf(ordinary).subarray(0, 40)],
  ['one and the beginning of another', Buffer.concat([bytesOf(ordinary), line])],
  ['two', Buffer.concat([bytesOf(ordinary), bytesOf(ordinary)])],
  ['nothing', Buffer.alloc(0)],
  ['no headers', Buffer.concat([line, Buffer.from('\r\n')])],
  ['no length', bytesOf(['Host: a'], '')],
  ['two lengths', bytesOf(['Content-Length: 2', 'Content-Length: 2'])],
  ['two lengths, one not a number', bytesOf(['Content-Length: a', 'Content-Length: 2'])],
  ['a length with a sign', bytesOf(['Content-Length: +2'])],
  ['a length with a space before its colon', bytesOf(['Content-Length : 2'])],
  ['a length after a tab', bytesOf(['Content-Length:\t2'])],
  ['a length and chunks', bytesOf(['Content-Length: 2', 'Transfer-Encoding: chunked'])],
  ['a line that ends with a line feed alone', bytesOf(['A: b\nContent-Length: 2', 'C: d'])],
  ['a header that goes on in the next line', bytesOf(['A: b', ' c', 'Content-Length: 2'])],
  ['a zero byte', bytesOf(['A: \0', 'Content-Length: 2'])],
  ['one that ends its connection', bytesOf(['Content-Length: 2', 'Connection: close'])],
  ['one that waits to be told to go on', bytesOf(['Content-Length: 2', 'Expect: 100-continue'])],
  ['one that wants another protocol', bytesOf(['Content-Length: 2', 'Connection: Upgrade', 'Upgrade: h2c'])],
])('%s is not', (_name, bytes) => {
  expect(isWholeRequest(bytes, line)).toBe(false);
});

describe('what is recognised', () => {
  let server: Server;
  let socket: Socket;
  let seen: { url: string | undefined; bodyBytes: number }[];
  let errors: unknown[];

  beforeAll(async () => {
    server = createServer({ requireHostHeader: false }, (request, response) => {
      const one = { url: request.url, bodyBytes: 0 };
      request.on('data', ({ length }: Buffer) => (one.bodyBytes += length));
      request.on('end', () => {
        seen.push(one);
        response.end();
      });
    });
    server.on('clientError', (error) => errors.push(error));
    await once(server.listen(0, '127.0.0.1'), 'listening');
  });

  beforeEach(() => {
    seen = [];
    errors = [];
    socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  });

  afterEach(() => socket.destroy());
  afterAll(() => server.close());

  const headers = fc.constantFrom(
    ...ordinary,
    'Content-Length: 2',
    'Content-Length: 0',
    'Content-Length: 10',
    'Content-Length:  2',
    'X-Content-Length: 7',
    'Content-Length-X: 7',
    'Transfer-Encoding: chunked',
    'X: Transfer-Encoding: chunked',
    'Connection: keep-alive',
    'Keep-Alive: timeout=1',
    'Cookie: a="b"; c',
    'Empty:',
    'Tab:\tx',
    'Bare\nContent-Length: 3',
    'Bare\rContent-Length: 3',
    'Umlaut: \u00fc',
    ': x',
    'A_b: c',
    ' Folded: x',
  );

  test('is one whole request for Node, too', async () => {
    let recognised = 0;
    const property = fc.asyncProperty(
      fc.array(headers, { minLength: 1, maxLength: 5 }),
      fc.constantFrom('', '{}', '2\r\n{}\r\n0\r\n\r\n', 'POST /v1/x'),
      async (lines, body) => {
        const bytes = bytesOf(lines, body);
        if (!isWholeRequest(bytes, line)) return;
        recognised += 1;
        seen = [];
        socket.write(bytes);
        const [answer] = (await once(socket, 'data')) as [Buffer];
        expect(answer.toString()).toMatch(/^HTTP\/1.1 200 OK\r\n[^]*Connection: keep-alive\r\n/);
        expect(seen).toEqual([{ url: '/v1/x', bodyBytes: body.length }]);
        expect(errors).toEqual([]);
      },
    );
    await fc.assert(property, { numRuns: 10_000 });
    expect(recognised).toBeGreaterThan(50);
  }, 30_000);
});
