import { pino } from 'pino';
import type { AuditRepository } from '../audit/audit.repository.js';
import type { AttemptLimiter } from './attempt-limiter.js';
import type { PeopleRepository } from './people.repository.js';
import { type BrowserRequest, PeopleHttp } from './people-http.js';

const publicUrl = 'https://console.example.com';
const logged: string[] = [];
const logger = pino({}, { write: (line: string) => void logged.push(line) });
const nobody = { findByEmail: async () => undefined } as unknown as PeopleRepository;
const noLimits = { waitMs: async () => 0 } as unknown as AttemptLimiter;

/** Over a better-auth that answers as told, and remembers what reached it. */
function httpOver(answer: () => Promise<Response>) {
  const seen: Request[] = [];
  const handler = (request: Request) => {
    seen.push(request);
    return answer();
  };
  const auth = { handler, signedIn: async () => null };
  return { seen, http: new PeopleHttp(publicUrl, auth, noLimits, nobody, {} as AuditRepository, logger) };
}

const request = (change: Partial<BrowserRequest> = {}): BrowserRequest => ({
  method: 'POST',
  url: '/api/auth/sign-in/email',
  address: '192.0.2.7',
  headers: { 'content-type': 'application/json' },
  body: Buffer.from('{"email":"ada@example.com"}'),
  ...change,
});

test.each([
  ['an error', () => Promise.reject(new Error('insert of ada@example.com failed'))],
  ['a 500', async () => new Response('ada@example.com', { status: 500 })],
])('%s of our own is a 503 with Retry-After, and repeats nothing', async (_what, answer) => {
  logged.length = 0;
  const { status, headers, body } = await httpOver(answer).http.answer(request());
  expect([status, headers.get('retry-after')]).toEqual([503, '1']);
  expect(await new Response(body).text()).not.toContain('ada');
  expect(logged.join('')).not.toContain('ada@');
});

test.each([
  '//evil.example/api/auth/sign-in/email',
  '/api/auth/../xxxx/sign-in/email',
  '/api/auth/%2e%2e/xxxx/sign-in/email',
  '/api/auth/sign-in//email',
  '/api/authsign-in/email',
])('%s reaches nothing', async (url) => {
  const { seen, http } = httpOver(async () => new Response());
  expect((await http.answer(request({ url }))).status).toBe(404);
  expect(seen).toEqual([]);
});

test('what a client says of hosts and addresses does not reach better-auth', async () => {
  const { seen, http } = httpOver(async () => new Response());
  const headers = {
    'content-type': 'application/json',
    host: 'evil.example',
    forwarded: 'for=198.51.100.7;host=evil.example',
    'x-forwarded-for': '198.51.100.7',
    'x-forwarded-host': 'evil.example',
    'x-forwarded-proto': 'http',
    'x-tokenroute-client-address': '198.51.100.7',
  };
  await http.answer(request({ headers, url: '/api/auth/sign-in/email?x=1' }));
  expect(seen[0]!.url).toBe(`${publicUrl}/api/auth/sign-in/email?x=1`);
  expect(Object.fromEntries(seen[0]!.headers)).toEqual({
    'content-type': 'application/json',
    'x-tokenroute-client-address': '192.0.2.7',
  });
});
