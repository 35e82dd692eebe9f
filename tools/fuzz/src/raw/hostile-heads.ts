import type { Random } from '@tokenroute/chaos';
import { goodPost, head, type HostileBytes, randomBytes, withKey } from './http-text.js';

const methods = [
  'get',
  'G',
  'PATCH',
  'DELETE',
  'PUT',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'CONNECT',
  'PROPFIND',
  'QUERY',
  'SOURCE',
  'PURGE',
  'M-SEARCH',
  'GET\0',
  'GÉT',
  'GET GET',
  '',
  ' ',
  'X'.repeat(9_000),
];

const targets = [
  '/',
  '*',
  '',
  '//',
  '/v1',
  '/v1/',
  '/v1/models/%',
  '/v1/models/%zz',
  '/v1/models/%ff%fe',
  '/v1/models/%00',
  '/v1/models/..%2f..',
  `/v1/models/${'a'.repeat(500)}`,
  `/v1/models/${'%41'.repeat(3_000)}`,
  '/v1/models/__proto__',
  '/v1/models/constructor',
  '/v1/usage/%27%20OR%201=1',
  '/v1/usage/00000000-0000-0000-0000-000000000000',
  '/v1/usage/019ab000-0000-7000-8000-00000000000g',
  '/v1/usage/\0',
  '/v1/chat/completions/',
  '/v1/chat/completions?a=%',
  '/v1/models?__proto__[a]=b',
  `/v1/models?${'a=b&'.repeat(3_000)}`,
  '/v1/mo\tdels',
  '/v1/mod\xe9ls',
  '/v1/models#fragment',
  '/v1/models HTTP/1.1',
  '\\v1\\models',
  'v1/models',
  'http://',
  'http://[::1',
  'http://a.example:99999/v1/models',
  'https://user:pass@a.example/v1/models',
  'a.example:443',
  '/healthz/../../v1/models',
  '/openapi.json/%2e%2e',
  '/%2e%2e/%2e%2e/etc/passwd',
  '/v1/files',
  '/metrics',
  '/admin',
];

const versions = [
  'HTTP/0.9',
  'HTTP/1.0',
  'HTTP/1.2',
  'HTTP/2.0',
  'HTTP/9.9',
  'HTTP/1.1 ',
  'HTTP/',
  'ICY',
  '',
  'http/1.1',
];

const headerLines = [
  'No colon\r\n',
  ': no name\r\n',
  'Two words: a\r\n',
  'X-A : a\r\n',
  'X-A: a\0b\r\n',
  'X-A: a\rb\r\n',
  'X-A: a\nb: c\r\n',
  'X-A: a\r\n folded\r\n',
  'X-\xc3\xa9: a\r\n',
  'X-A: \xff\xfe\r\n',
  '__proto__: a\r\n',
  'constructor: a\r\n',
  'Host: b.example\r\n',
  'Expect: 100-continue\r\n',
  'Expect: the-unexpected\r\n',
  'Upgrade: websocket\r\nConnection: Upgrade\r\n',
  'Upgrade: h2c\r\nHTTP2-Settings: AA\r\nConnection: Upgrade, HTTP2-Settings\r\n',
  'Connection: keep-alive, close, transfer-encoding\r\n',
  'TE: trailers, deflate;q=0.5\r\n',
  'Trailer: Content-Length\r\n',
  'Keep-Alive: timeout=999999999\r\n',
  'Proxy-Connection: keep-alive\r\n',
  'Max-Forwards: -1\r\n',
  'Content-Type: \r\n',
  'Content-Type: a/b/c\r\n',
];

const floods: [what: string, headers: (count: number) => string][] = [
  ['headers', (count) => Array.from({ length: count }, (_, index) => `X-${index}: a\r\n`).join('')],
  ['times the same header', (count) => 'X-A: a\r\n'.repeat(count)],
  ['keys', (count) => withKey.repeat(count)],
  ['cookies', (count) => 'Cookie: a=b\r\n'.repeat(count)],
  ['bytes in one header', (count) => `X-A: ${'a'.repeat(count)}\r\n`],
  ['bytes in a name', (count) => `${'X'.repeat(count)}: a\r\n`],
  ['Idempotency-Keys', (count) => 'Idempotency-Key: a\r\n'.repeat(count)],
];

export const heads: ((random: Random) => HostileBytes)[] = [
  (random) => {
    const method = random.pick(methods);
    const target = random.pick(['/v1/models', '/v1/chat/completions', '/healthz', '*']);
    return { what: `method ${method.slice(0, 20)} of ${target}`, pieces: [head(method, target)] };
  },
  (random) => {
    const target = random.pick(targets);
    const method = random.pick(['GET', 'GET', 'GET', 'POST', 'DELETE', 'OPTIONS']);
    return { what: `${method} of target ${target.slice(0, 60)}`, pieces: [head(method, target)] };
  },
  () => ({
    what: 'no Host',
    pieces: [head('GET', '/v1/models', withKey).replace('Host: a.example\r\n', '')],
  }),
  (random) => {
    const version = random.pick(versions);
    return { what: `version ${version}`, pieces: [head('GET', '/v1/models').replace('HTTP/1.1', version)] };
  },
  (random) => {
    const line = random.pick(headerLines);
    const headers = random.chance(0.5) ? withKey + line : line + withKey;
    return { what: `header ${JSON.stringify(line)}`, pieces: [head('GET', '/v1/models', headers)] };
  },
  (random) => {
    const [what, headers] = random.pick(floods);
    const count = random.pick([50, 1_000, 1_999, 2_500, 16_000, 70_000]);
    return { what: `${count} ${what}`, pieces: [head('GET', '/v1/models', withKey + headers(count))] };
  },
  (random) => {
    const bytes = Buffer.from(goodPost, 'latin1');
    const count = random.whole(1, 4);
    for (let left = count; left > 0; left -= 1)
      bytes[random.whole(0, bytes.length - 1)] = random.whole(0, 255);
    return { what: `${count} bytes of a request changed`, pieces: [bytes], isComplete: false };
  },
  (random) => ({ what: 'random bytes', pieces: [randomBytes(random, 600)], isComplete: false }),
  (random) => ({
    what: 'random bytes and an empty line',
    pieces: [randomBytes(random, 200), '\r\n\r\n'],
    isComplete: false,
  }),
  () => ({
    what: 'the greeting of HTTP/2',
    pieces: ['PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', Buffer.from('000000040000000000', 'hex')],
  }),
  () => ({
    what: 'the greeting of TLS',
    pieces: [Buffer.from('1603010200010001fc0303', 'hex'), Buffer.alloc(500)],
  }),
];
