import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { generateApiKey } from '@tokenroute/api-key';
import { startSystem, TestCustomer, type TestSystem } from '@tokenroute/testing';

/** Below, `KEY` stands for a customer's key. All texts are sent as they are, a byte a character. */
const withKey = 'Authorization: Bearer KEY\r\n';
const chat = JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hello' }] });

interface Answer {
  statuses: number[];
  text: string;
}

/** Over a raw socket: what a client library would put right, or refuse to send, arrives as it was meant. */
describe('a hostile request', () => {
  let system: TestSystem;
  let customer: TestCustomer;
  let answers = '';

  beforeAll(async () => {
    // The most that can be logged, and no guess is refused for being one too many.
    system = await startSystem({
      environment: { gateway: { LOG_LEVEL: 'trace', MAX_FAILED_AUTHENTICATIONS_PER_MINUTE: '1000000' } },
    });
    customer = await TestCustomer.create(system, '1');
  }, 60_000);

  afterAll(() => system.stop());

  /** Sends bytes and reads until the gateway closes the connection, which it has to do of its own. */
  async function send(bytes: string): Promise<Answer> {
    const { hostname, port } = new URL(system.gatewayUrl);
    const socket = connect(Number(port), hostname);
    let text = '';
    socket.on('data', (data: Buffer) => (text += data.toString('latin1')));
    // A server that has said no may reset what still comes.
    socket.on('error', () => undefined);
    const closed = once(socket, 'close');
    socket.write(Buffer.from(bytes.replaceAll('KEY', customer.key.secret), 'latin1'));
    await closed;
    answers += text;
    return { statuses: [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, code]) => Number(code)), text };
  }

  /** The last request on its connection. */
  const get = (headers: string, path = '/v1/models') =>
    `GET ${path} HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n${headers}\r\n`;

  /** Another one may follow. */
  const post = (headers: string, body: string) =>
    `POST /v1/chat/completions HTTP/1.1\r\nHost: a.example\r\n${headers}\r\n${body}`;

  function changed(key: string, index: number): string {
    return key.slice(0, index) + (key[index] === 'x' ? 'y' : 'x') + key.slice(index + 1);
  }

  test.each([
    ['as it should be', withKey, 200],
    ['with its scheme in lower case', 'authorization: bearer KEY\r\n', 200],
    ['with its scheme in capitals', 'AUTHORIZATION: BEARER KEY\r\n', 200],
    ['with spaces after the scheme', 'Authorization: Bearer    KEY\r\n', 200],
    ['with spaces and tabs around, which are no part of it', 'Authorization: \t Bearer KEY \t \r\n', 200],
    ['beside a foreign x-api-key', `${withKey}x-api-key: sk-other\r\n`, 200],
    ['sent twice', withKey + withKey, 401],
    ['before another header that has none', `${withKey}Authorization: Bearer none\r\n`, 401],
    ['after another header that has none', `Authorization: Bearer none\r\n${withKey}`, 401],
    ['beside another scheme', `${withKey}Authorization: Basic a2V5Og==\r\n`, 401],
    ['beside an empty header', `Authorization:\r\n${withKey}`, 401],
    ['in a list', 'Authorization: Bearer KEY, Bearer KEY\r\n', 401],
    ['twice in one header', 'Authorization: Bearer KEY KEY\r\n', 401],
    ['after a tab', 'Authorization: Bearer\tKEY\r\n', 401],
    ['after a space and a tab', 'Authorization: Bearer \tKEY\r\n', 401],
    ['after a non-breaking space', 'Authorization: Bearer\xa0KEY\r\n', 401],
    ['before a non-breaking space', 'Authorization: Bearer KEY\xa0\r\n', 401],
    ['in quotes', 'Authorization: Bearer "KEY"\r\n', 401],
    ['without a scheme', 'Authorization: KEY\r\n', 401],
    ['as Basic', 'Authorization: Basic KEY\r\n', 401],
    ['as Token', 'Authorization: Token KEY\r\n', 401],
    ['as ApiKey', 'Authorization: ApiKey KEY\r\n', 401],
    ['as a scheme that ends like the right one', 'Authorization: XBearer KEY\r\n', 401],
    ['with 10 kB behind it', `Authorization: Bearer KEY${'a'.repeat(10_000)}\r\n`, 401],
    ['with 10 kB before it', `Authorization: Bearer ${'a'.repeat(10_000)}KEY\r\n`, 401],
    ['with 20 kB behind it', `Authorization: Bearer KEY${'a'.repeat(20_000)}\r\n`, 431],
    ['with a byte outside ASCII', 'Authorization: Bearer KEY\xe9\r\n', 401],
    ['with bytes that are UTF-8', 'Authorization: Bearer KEY\xe2\x80\x8b\r\n', 401],
    ['with a NUL behind it', 'Authorization: Bearer KEY\0\r\n', 400],
    ['with a NUL before it', 'Authorization: Bearer \0KEY\r\n', 400],
    ['after a vertical tab', 'Authorization: Bearer \x0bKEY\r\n', 400],
    ['before a carriage return alone', 'Authorization: Bearer KEY\rX-A: a\r\n', 400],
    ['before a line feed alone', 'Authorization: Bearer KEY\nX-A: a\r\n', 400],
    ['on a folded line', 'Authorization: Bearer\r\n KEY\r\n', 400],
    ['in a header folded into another one', `X-A: a\r\n ${withKey}`, 400],
    ['in a header with a space before its colon', 'Authorization : Bearer KEY\r\n', 400],
    ['in x-api-key', 'x-api-key: KEY\r\n', 401],
    ['in api-key', 'api-key: KEY\r\n', 401],
    ['in a cookie', 'Cookie: Authorization=Bearer KEY\r\n', 401],
    ['for a proxy', 'Proxy-Authorization: Bearer KEY\r\n', 401],
    ['nowhere', '', 401],
  ])('a key %s: %#', async (_how, headers, expected) => {
    expect((await send(get(headers))).statuses).toEqual([expected]);
  });

  test.each(['api_key', 'api-key', 'key', 'access_token', 'token', 'authorization'])(
    'a key as ?%s= in the URL is none',
    async (name) => {
      expect((await send(get('', `/v1/models?${name}=KEY`))).statuses).toEqual([401]);
      expect((await send(get('', `/v1/models?${name}=Bearer%20KEY`))).statuses).toEqual([401]);
    },
  );

  test('a key as the user of a URL is none', async () => {
    expect((await send(get('', 'http://KEY@a.example/v1/models'))).statuses).toEqual([401]);
  });

  test('a key with one character changed is refused, wherever, and so is one that nobody has', async () => {
    const { secret } = customer.key;
    const wrong = [3, 6, 20, 37, 38, 43].map((index) => changed(secret, index));
    const cases = [secret.toUpperCase(), secret.slice(0, -1), `${secret}0`, `%73${secret.slice(1)}`];
    for (const key of [...wrong, ...cases, generateApiKey()]) {
      const { statuses, text } = await send(get(`Authorization: Bearer ${key}\r\n`));
      expect(statuses).toEqual([401]);
      expect(text).toContain('Incorrect API key provided.');
    }
  });

  describe('by another name of a path', () => {
    const names: [string, number][] = [
      ['/%76%31/models', 401],
      ['/v1/%6dodels', 401],
      ['/%761/models/gpt-4o-mini', 401],
      ['http://a.example/v1/models', 401],
      ['/v1/models?a=b', 401],
      ['/v1/models;a=b', 404],
      ['//v1/models', 404],
      ['/V1/models', 404],
      ['/v1%2Fmodels', 404],
      ['/%2576%2531/models', 404],
      ['/healthz/../v1/models', 404],
      ['/./v1/models', 404],
    ];

    test.each(names)('GET %s without a key is a %i', async (path, expected) => {
      expect((await send(get('', path))).statuses).toEqual([expected]);
    });

    test('nothing is asked of a model or of billing without a key', async () => {
      for (const path of ['/%76%31/chat/completions', 'http://a.example/v1/chat/completions']) {
        const request =
          `POST ${path} HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n` +
          `Content-Type: application/json\r\nContent-Length: ${chat.length}\r\n\r\n${chat}`;
        expect((await send(request)).statuses).toEqual([401]);
      }
      expect((await send(get('', '/%76%31/usage/019ab000-0000-7000-8000-000000000000'))).statuses).toEqual([
        401,
      ]);
    });

    test('a key opens what it opens by the plain name', async () => {
      expect((await send(get(withKey, '/%76%31/models'))).statuses).toEqual([200]);
    });
  });

  describe('that hides another one', () => {
    const hidden = `GET /v1/models HTTP/1.1\r\nHost: a.example\r\n${withKey}\r\n`;
    const chunked = `0\r\n\r\n${hidden}`;

    test.each([
      ['a length and chunks', 'Content-Length: 4\r\nTransfer-Encoding: chunked\r\n', chunked],
      ['chunks and a length', 'Transfer-Encoding: chunked\r\nContent-Length: 4\r\n', chunked],
      ['two lengths', 'Content-Length: 4\r\nContent-Length: 5\r\n', `abcde${hidden}`],
      ['the same length twice', 'Content-Length: 4\r\nContent-Length: 4\r\n', `abcd${hidden}`],
      ['a list of lengths', 'Content-Length: 4, 5\r\n', `abcde${hidden}`],
      ['a length with a sign', 'Content-Length: +4\r\n', `abcd${hidden}`],
      ['a negative length', 'Content-Length: -1\r\n', hidden],
      ['a length in hexadecimal', 'Content-Length: 0x4\r\n', `abcd${hidden}`],
      ['chunks that are not the last encoding', 'Transfer-Encoding: chunked, identity\r\n', chunked],
      ['two encodings', 'Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n', chunked],
      ['an encoding that only looks like chunks', 'Transfer-Encoding: xchunked\r\n', chunked],
      ['an encoding with a space before its colon', 'Transfer-Encoding : chunked\r\n', chunked],
      ['a length on a folded line', 'Content-Length:\r\n 4\r\n', `abcd${hidden}`],
      ['a chunk whose size is none', 'Transfer-Encoding: chunked\r\n', `x\r\nabcd\r\n${chunked}`],
    ])('behind %s is not answered, and the connection is closed', async (_how, headers, rest) => {
      expect((await send(post(withKey + headers, rest))).statuses).toEqual([400]);
    });

    test('in the body of a refused one is not answered', async () => {
      const refused = post(
        `Content-Length: ${hidden.replace('KEY', customer.key.secret).length}\r\n`,
        hidden,
      );
      const { statuses } = await send(refused + get(withKey));
      // Read to its end or the connection closed: what follows is answered or not, what is in it never.
      expect([[401], [401, 200]]).toContainEqual(statuses);
    });
  });

  test('each request on a connection is judged by its own key', async () => {
    const keepAlive = (headers: string) => `GET /v1/models HTTP/1.1\r\nHost: a.example\r\n${headers}\r\n`;
    const requests = [withKey, '', withKey, 'Authorization: Bearer none\r\n'].map(keepAlive);
    expect((await send(requests.join('') + get(''))).statuses).toEqual([200, 401, 200, 401, 401]);
  });

  test('leaves no key and no part of one in any log or answer', async () => {
    const random = customer.key.secret.slice(6, 38);
    expect(answers).toContain('HTTP/1.1 401');
    expect(answers).not.toContain(random.slice(0, 12));
    expect(answers).not.toContain(random.slice(-12));
    for (const service of ['gateway', 'auth', 'billing', 'adapter-openai']) {
      const log = readFileSync(system.logFile(service), 'utf8');
      expect(log).toContain('"msg":"ready"');
      expect(log).not.toContain(random.slice(0, 12));
      expect(log).not.toContain(random.slice(-12));
    }
  });
});
