import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { LookupAddress } from 'node:dns';
import { type FetchLimits, type FetchSurroundings, RemoteFileFetcher } from './remote-file-fetcher.js';
import type { FileKind } from './remote-file.js';

const png = Buffer.from('\x89PNG\r\n\x1a\n and so on', 'latin1');
const limits: FetchLimits = {
  maxFiles: 2,
  maxBytes: 1_000,
  timeoutMs: 2_000,
  maxRedirects: 2,
  maxConcurrent: 4,
};
const param = 'messages[0].content[1]';
const never = new AbortController().signal;

let server: Server;
let port: number;
let answer: RequestListener;
let fetchers: RemoteFileFetcher[];

beforeEach(async () => {
  fetchers = [];
  server = createServer((request, response) => answer(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
  answer = (_request, response) => response.writeHead(200, { 'content-type': 'image/png' }).end(png);
});

afterEach(async () => {
  await Promise.all(fetchers.map((fetcher) => fetcher.close()));
  server.closeAllConnections();
  server.close();
});

/** Fetches one file as the product does, but for the surroundings: the test server's address has to be allowed. */
async function fetchFile(
  url: string,
  {
    surroundings = {},
    kind = 'image',
    signal = never,
    ...changed
  }: Partial<FetchLimits> & {
    surroundings?: FetchSurroundings;
    kind?: FileKind;
    signal?: AbortSignal;
  } = {},
) {
  const allowed = { isAllowedAddress: (address: string) => address === '127.0.0.1', ...surroundings };
  const fetcher = new RemoteFileFetcher({ ...limits, ...changed }, allowed);
  fetchers.push(fetcher);
  return (await fetcher.fetchAll([{ param, url, kind }], signal)).get(param);
}

const here = (path = '/') => `http://127.0.0.1:${port}${path}`;

describe('RemoteFileFetcher', () => {
  test('a file of an allowed type comes with its type, as base64', async () => {
    expect(await fetchFile(here('/a.png'))).toEqual({ mimeType: 'image/png', data: png.toString('base64') });
  });

  test('asks for the path and query, and sends nothing that would tell who asks', async () => {
    const asked = new Promise<[string | undefined, string[]]>((resolve) => {
      answer = (request, response) => {
        resolve([request.url, Object.keys(request.headers).sort()]);
        response.writeHead(200, { 'content-type': 'image/png' }).end(png);
      };
    });
    await fetchFile(here('/a?b=c#d'));
    expect(await asked).toEqual([
      '/a?b=c',
      ['accept', 'accept-encoding', 'connection', 'host', 'user-agent'],
    ]);
  });

  test('nothing to fetch is no work', async () => {
    const fetcher = new RemoteFileFetcher(limits);
    expect((await fetcher.fetchAll([], never)).size).toBe(0);
  });
});

describe('the way to a file (rule 40)', () => {
  // Without surroundings: the guard as it is in the product. The server listens, and must not be asked.
  test.each([
    ['loopback', () => here()],
    ['a name for it', () => `http://localhost:${port}/`],
    ['a name with a dot', () => `http://localhost.:${port}/`],
    ['a decimal address', () => `http://2130706433:${port}/`],
    ['an octal address', () => `http://0177.0.0.1:${port}/`],
    ['a hexadecimal address', () => `http://0x7f000001:${port}/`],
    ['hexadecimal octets', () => `http://0x7f.0x0.0x0.0x1:${port}/`],
    ['a short address', () => `http://127.1:${port}/`],
    ['no address', () => `http://0:${port}/`],
    ['wide digits', () => `http://１２７.０.０.１:${port}/`],
    ['IPv6 loopback', () => `http://[::1]:${port}/`],
    ['mapped IPv4', () => `http://[::ffff:127.0.0.1]:${port}/`],
    ['mapped IPv4 in hexadecimal', () => `http://[::ffff:7f00:1]:${port}/`],
    ['NAT64', () => `http://[64:ff9b::7f00:1]:${port}/`],
    ['metadata', () => 'http://169.254.169.254/latest/meta-data/'],
    ['metadata in decimal', () => 'http://2852039166/latest/meta-data/'],
    ['metadata over IPv6', () => 'http://[fd00:ec2::254]/latest/meta-data/'],
    ['private', () => 'http://10.0.0.1/'],
  ])('%s is not reached', async (_what, url) => {
    let asked = 0;
    answer = (_request, response) => {
      asked += 1;
      response.end();
    };
    const fetcher = new RemoteFileFetcher(limits);
    fetchers.push(fetcher);
    await expect(fetcher.fetchAll([{ param, url: url(), kind: 'image' }], never)).rejects.toMatchObject({
      code: 'invalid-request',
      param,
      publicMessage: `The file of ${param} could not be fetched from a public address in time.`,
    });
    expect(asked).toBe(0);
  });

  test('a name that resolves to an address that is not allowed says no more than one that does not exist', async () => {
    const resolvesTo = (address: string): FetchSurroundings => ({
      resolve: (_name, _options, callback) => callback(null, [{ address, family: 4 }]),
    });
    const inside = fetchFile('http://internal.example/', { surroundings: resolvesTo('10.0.0.1') });
    const unknown = fetchFile('http://unknown.example/', {
      surroundings: { resolve: (_name, _options, callback) => callback(new Error('ENOTFOUND'), []) },
    });
    const [first, second] = await Promise.allSettled([inside, unknown]);
    expect((first as PromiseRejectedResult).reason.publicMessage).toBe(
      (second as PromiseRejectedResult).reason.publicMessage,
    );
  });

  test('a name is resolved once for a connection, which goes where was checked: rebinding gains nothing', async () => {
    const resolved: string[] = [];
    // The second answer, which nobody asks for, would lead inside.
    const rebinding: LookupAddress[] = [
      { address: '127.0.0.1', family: 4 },
      { address: '127.0.0.2', family: 4 },
    ];
    let reached: string | undefined;
    answer = (request, response) => {
      reached = request.socket.localAddress;
      response.writeHead(200, { 'content-type': 'image/png' }).end(png);
    };
    await fetchFile(`http://rebinding.example:${port}/`, {
      surroundings: {
        resolve: (name, _options, callback) => {
          resolved.push(name);
          callback(null, [rebinding[resolved.length - 1]!]);
        },
      },
    });
    expect({ resolved, reached }).toEqual({ resolved: ['rebinding.example'], reached: '127.0.0.1' });
  });

  test('a name that turns to another address on the next hop is checked again', async () => {
    const addresses = ['127.0.0.1', '10.0.0.1'];
    answer = (_request, response) =>
      response.writeHead(302, { location: `http://turning.example:${port + 1}/`, connection: 'close' }).end();
    const fetching = fetchFile(`http://turning.example:${port}/`, {
      surroundings: {
        resolve: (_name, _options, callback) => callback(null, [{ address: addresses.shift()!, family: 4 }]),
      },
    });
    await expect(fetching).rejects.toMatchObject({ internal: expect.stringContaining('10.0.0.1') });
  });

  test('a redirect is followed, relative ones too', async () => {
    answer = (request, response) =>
      request.url === '/a'
        ? response.writeHead(302, { location: '/b' }).end()
        : response.writeHead(200, { 'content-type': 'image/png' }).end(png);
    expect(await fetchFile(here('/a'))).toMatchObject({ mimeType: 'image/png' });
  });

  test.each([
    'http://169.254.169.254/latest/meta-data/',
    'http://2852039166/',
    'http://[::ffff:169.254.169.254]/',
    'http://127.0.0.2/',
    'file:///etc/passwd',
    'gopher://127.0.0.1/',
    '//10.0.0.1/',
    'http://',
  ])('a redirect to %s is not followed', async (location) => {
    answer = (_request, response) => response.writeHead(302, { location }).end();
    await expect(fetchFile(here())).rejects.toMatchObject({ code: 'invalid-request', param });
  });

  test('redirects come to an end', async () => {
    let asked = 0;
    answer = (_request, response) => {
      asked += 1;
      response.writeHead(302, { location: '/' }).end();
    };
    await expect(fetchFile(here())).rejects.toThrow(/redirects more than 2 times/);
    expect(asked).toBe(3);
  });

  test.each(['ftp://files.example/a', 'file:///etc/passwd', 'http://user:secret@127.0.0.1/', 'not a URL'])(
    '%s is refused before anything is resolved',
    async (url) => {
      const resolve = () => {
        throw new Error('resolved');
      };
      await expect(fetchFile(url, { surroundings: { resolve } })).rejects.toMatchObject({
        code: 'invalid-request',
        param,
      });
    },
  );
});

describe('what a file may be (rule 40)', () => {
  test('a file that says it is too large is not read', async () => {
    answer = (_request, response) =>
      response.writeHead(200, { 'content-type': 'image/png', 'content-length': '1001' }).write(png);
    await expect(fetchFile(here())).rejects.toThrow(/larger than 1000 bytes/);
  });

  test('a file that does not say so is cut off at the limit', async () => {
    const closed = new Promise<void>((resolve) => {
      answer = (_request, response) => {
        response.on('close', resolve);
        response.writeHead(200, { 'content-type': 'image/png' });
        const more = () => {
          if (!response.destroyed) response.write(Buffer.alloc(400), () => setImmediate(more));
        };
        more();
      };
    });
    await expect(fetchFile(here())).rejects.toThrow(/larger than 1000 bytes/);
    await closed;
  });

  test('the limit holds for all files of a request together', async () => {
    answer = (_request, response) =>
      response.writeHead(200, { 'content-type': 'image/png' }).end(Buffer.alloc(600));
    const fetcher = new RemoteFileFetcher(limits, { isAllowedAddress: () => true });
    fetchers.push(fetcher);
    const files = [0, 1].map((at) => ({
      param: `messages[0].content[${at}]`,
      url: here(),
      kind: 'image' as const,
    }));
    await expect(fetcher.fetchAll(files, never)).rejects.toThrow(/larger than 1000 bytes/);
  });

  test('a sender that drips is cut off', async () => {
    const closed = new Promise<void>((resolve) => {
      answer = (_request, response) => {
        response.writeHead(200, { 'content-type': 'image/png' });
        const dripping = setInterval(() => response.write('.'), 20);
        response.on('close', () => {
          clearInterval(dripping);
          resolve();
        });
      };
    });
    await expect(fetchFile(here(), { timeoutMs: 200 })).rejects.toMatchObject({
      code: 'invalid-request',
      param,
    });
    await closed;
  });

  test('a server that does not answer is left', async () => {
    answer = () => undefined;
    await expect(fetchFile(here(), { timeoutMs: 100 })).rejects.toMatchObject({
      code: 'invalid-request',
      param,
    });
  });

  test.each(['text/html', 'application/json', 'image/svg+xml'])('%s is not taken', async (type) => {
    answer = (_request, response) => response.writeHead(200, { 'content-type': type }).end('<html>');
    await expect(fetchFile(here())).rejects.toThrow(/not of a type/);
  });

  test('a compressed file is not unpacked', async () => {
    answer = (_request, response) =>
      response.writeHead(200, { 'content-type': 'image/png', 'content-encoding': 'gzip' }).end(png);
    await expect(fetchFile(here())).rejects.toThrow(/compressed/);
  });

  test.each([204, 206, 304, 404, 500])('status %d is not a file', async (status) => {
    answer = (_request, response) => response.writeHead(status).end();
    await expect(fetchFile(here())).rejects.toThrow(new RegExp(`status ${status}`));
  });

  test('the number of files is limited', async () => {
    const files = Array.from({ length: 3 }, (_, at) => ({
      param: `p${at}`,
      url: here(),
      kind: 'any' as const,
    }));
    const fetcher = new RemoteFileFetcher(limits, { isAllowedAddress: () => true });
    fetchers.push(fetcher);
    await expect(fetcher.fetchAll(files, never)).rejects.toMatchObject({ param: 'p2' });
  });

  test('the number of requests with files under way is limited, and a place is given back', async () => {
    const asked = once(server, 'request');
    answer = () => undefined;
    const stop = new AbortController();
    const fetcher = new RemoteFileFetcher({ ...limits, maxConcurrent: 1 }, { isAllowedAddress: () => true });
    fetchers.push(fetcher);
    const files = [{ param, url: here(), kind: 'image' as const }];
    const first = fetcher.fetchAll(files, stop.signal);
    await asked;
    await expect(fetcher.fetchAll(files, never)).rejects.toMatchObject({ code: 'unavailable' });
    stop.abort(new Error('the client went away'));
    await expect(first).rejects.toThrow('the client went away');
    answer = (_request, response) => response.writeHead(200, { 'content-type': 'image/png' }).end(png);
    expect((await fetcher.fetchAll(files, never)).size).toBe(1);
  });

  test('a client that goes away ends the fetching', async () => {
    const stop = new AbortController();
    const closed = new Promise<void>((resolve) => {
      answer = (_request, response) => {
        response.on('close', resolve);
        response.writeHead(200, { 'content-type': 'image/png' }).write(png);
        stop.abort(new Error('the client went away'));
      };
    });
    await expect(fetchFile(here(), { signal: stop.signal })).rejects.toThrow('the client went away');
    await closed;
  });
});
