import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import {
  credentials,
  type sendUnaryData,
  Server as GrpcServer,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { jest } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import {
  AuthServiceService,
  BillingAdminServiceService,
  type CreateAccountRequest,
  type CreateAccountResponse,
  type FindOrganisationsResponse,
  type GetSessionResponse,
  type ListAuditEventsResponse,
  type ListMembersResponse,
  OrganisationRole,
  PeopleServiceClient,
  PeopleServiceService,
  grpcCallers,
} from '@tokenroute/contracts';
import { applyMigrations, grpcServer, runService } from '@tokenroute/service-kit';
import { createTestDatabase, type TestDatabase, testServers, totp } from '@tokenroute/testing';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { type ParsedMail, simpleParser } from 'mailparser';
import pg from 'pg';
import { type Logger, pino } from 'pino';
import { SMTPServer } from 'smtp-server';
import { AuthModule } from '../auth.module.js';
import { createHttpAdapter } from './create-http-adapter.js';
import { peopleRoutes } from './people-routes.js';
import { type Role, roles } from './role-matrix.js';

jest.setTimeout(60_000);
const migrations = fileURLToPath(new URL('../../prisma/migrations', import.meta.url));
const publicUrl = 'https://console.example.com';
const password = 'a phrase nobody else has';

let database: TestDatabase;
let rows: pg.Client;
let service: NestFastifyApplication;
let serviceUrl: string;
let people: PeopleServiceClient;
let mailbox: Mailbox;
let billing: Billing;
let issuer: Issuer;
const logged: string[] = [];
const logger: Logger = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });

beforeAll(async () => {
  [database, mailbox, billing, issuer] = await Promise.all([
    createTestDatabase({ schema: 'auth', migrate: (url) => applyMigrations(url, migrations) }),
    Mailbox.open(),
    Billing.open(),
    Issuer.open(),
  ]);
  const plainUrl = new URL(database.url);
  plainUrl.searchParams.delete('schema');
  rows = new pg.Client({ connectionString: plainUrl.href, options: '-c search_path=auth' });
  await rows.connect();
  const grpcPort = await freePort();
  service = await runService({
    module: AuthModule.register(
      {
        DATABASE_URL: database.url,
        NATS_URL: testServers().natsUrl,
        REDIS_URL: testServers().redisUrl,
        BILLING_ADDRESS: billing.address,
        PUBLIC_URL: publicUrl,
        AUTH_SECRET: randomBytes(32).toString('base64url'),
        SMTP_URL: mailbox.url,
        MAIL_FROM: 'tokenroute <no-reply@example.com>',
        TRUSTED_PROXIES: ['127.0.0.1'],
        SESSION_LIFETIME_S: 3_600,
        OIDC_ISSUER: issuer.url,
        OIDC_CLIENT_ID: 'tokenroute',
        OIDC_CLIENT_SECRET: 'issuer-secret',
      },
      logger,
    ),
    logger,
    config: { HOST: '127.0.0.1', SHUTDOWN_DELAY_MS: 0, SHUTDOWN_TIMEOUT_MS: 1_000 },
    httpPort: 0,
    httpAdapter: createHttpAdapter(['127.0.0.1']),
    grpc: grpcServer({
      config: { HOST: '127.0.0.1' },
      port: grpcPort,
      protoPackage: 'tokenroute.auth.v1',
      services: { AuthService: AuthServiceService, PeopleService: PeopleServiceService },
      callers: grpcCallers,
    }),
  });
  serviceUrl = await service.getUrl();
  people = new PeopleServiceClient(`127.0.0.1:${grpcPort}`, credentials.createInsecure());
}, 60_000);

afterAll(async () => {
  people?.close();
  await service?.close();
  await Promise.all([mailbox?.close(), billing?.close(), issuer?.close()]);
  await rows?.end();
  await database?.drop();
});

// --- What stands around the service ---

class Mailbox {
  private constructor(
    readonly mails: { to: string; mail: ParsedMail }[],
    private readonly server: SMTPServer,
    readonly url: string,
  ) {}

  static async open(): Promise<Mailbox> {
    const mails: Mailbox['mails'] = [];
    const server = new SMTPServer({
      authOptional: true,
      disabledCommands: ['STARTTLS', 'AUTH'],
      onData: (stream, session, callback) => {
        void simpleParser(stream).then((mail) => {
          for (const { address } of session.envelope.rcptTo) mails.push({ to: address, mail });
          callback();
        });
      },
    });
    const listening = server.listen(0, '127.0.0.1');
    await once(listening, 'listening');
    return new Mailbox(mails, server, `smtp://127.0.0.1:${(listening.address() as AddressInfo).port}`);
  }

  /** The text of a mail to this address, once it is there. It is taken out. */
  async next(to: string, subject: string): Promise<string> {
    for (;;) {
      const index = this.mails.findIndex((each) => each.to === to && each.mail.subject === subject);
      if (index >= 0) return this.mails.splice(index, 1)[0]!.mail.text!;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

class Billing {
  readonly accounts = new Map<string, string>();
  isDown = false;
  address = '';

  private constructor(private readonly server: GrpcServer) {}

  static async open(): Promise<Billing> {
    const server = new GrpcServer();
    const billing = new Billing(server);
    const notHere = (_call: unknown, callback: sendUnaryData<never>) =>
      callback({ code: status.UNIMPLEMENTED });
    server.addService(BillingAdminServiceService, {
      ...Object.fromEntries(Object.keys(BillingAdminServiceService).map((name) => [name, notHere])),
      createAccount: (
        { request }: ServerUnaryCall<CreateAccountRequest, CreateAccountResponse>,
        callback: sendUnaryData<CreateAccountResponse>,
      ) => {
        if (billing.isDown) return callback({ code: status.UNAVAILABLE });
        billing.accounts.set(request.id!, request.email);
        callback(null, {});
      },
    });
    const port = await new Promise<number>((resolve, reject) =>
      server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      ),
    );
    billing.address = `127.0.0.1:${port}`;
    return billing;
  }

  async close(): Promise<void> {
    this.server.forceShutdown();
  }
}

type SigningKey = Awaited<ReturnType<typeof generateKeyPair>>['privateKey'];

interface Claims {
  sub: string;
  email: string;
  email_verified: boolean;
  name: string;
}

/** A small OpenID Connect issuer with a real key. The test plays the browser, so nobody asks who signs in there. */
class Issuer {
  claims: Claims = { sub: '', email: '', email_verified: true, name: '' };
  /** Of the last request for a token. */
  tokenRequest = new URLSearchParams();
  nonce = '';
  private url_ = '';
  signWithOtherKey = false;

  private constructor(private readonly server: HttpServer) {}

  get url(): string {
    return this.url_;
  }

  static async open(): Promise<Issuer> {
    const [{ publicKey, privateKey }, other] = await Promise.all([
      generateKeyPair('RS256', { extractable: true }),
      generateKeyPair('RS256', { extractable: true }),
    ]);
    const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'RS256', use: 'sig' };
    const server = createServer((request, response) => {
      void (async () => {
        let body = '';
        for await (const chunk of request) body += String(chunk);
        response.setHeader('content-type', 'application/json');
        response.end(
          JSON.stringify(
            await issuer.answer(
              request.url!,
              body,
              issuer.signWithOtherKey ? other.privateKey : privateKey,
              jwk,
            ),
          ),
        );
      })();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const issuer = new Issuer(server);
    issuer.url_ = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    return issuer;
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private async answer(path: string, body: string, key: SigningKey, jwk: object): Promise<object> {
    if (path.startsWith('/.well-known')) {
      return {
        issuer: this.url,
        authorization_endpoint: `${this.url}/authorize`,
        token_endpoint: `${this.url}/token`,
        jwks_uri: `${this.url}/jwks`,
        id_token_signing_alg_values_supported: ['RS256'],
      };
    }
    if (path === '/jwks') return { keys: [jwk] };
    this.tokenRequest = new URLSearchParams(body);
    const idToken = await new SignJWT({ ...this.claims, nonce: this.nonce })
      .setProtectedHeader({ alg: 'RS256', kid: 'k1' })
      .setIssuer(this.url)
      .setAudience('tokenroute')
      .setIssuedAt()
      .setExpirationTime('5m')
      .sign(key);
    return {
      access_token: 'provider-access-token',
      token_type: 'Bearer',
      expires_in: 300,
      id_token: idToken,
    };
  }
}

async function freePort(): Promise<number> {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

// --- A browser, and what people do with it ---

interface Answer {
  status: number;
  body: any;
  headers: Headers;
}

const anyAddress = () => `2001:db8:${randomBytes(2).toString('hex')}:${randomBytes(2).toString('hex')}::1`;
const anyEmail = () => `${randomUUID().slice(0, 13)}@example.org`;

/** Keeps cookies as a browser on the pages of the dashboard does, and comes from an address of its own. */
class Browser {
  readonly cookies = new Map<string, string>();

  constructor(readonly address = anyAddress()) {}

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.request('GET', path, undefined, headers);
  }

  post(path: string, body: unknown = {}, headers: Record<string, string> = {}): Promise<Answer> {
    return this.request('POST', path, body, { origin: publicUrl, ...headers });
  }

  async request(
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string>,
  ): Promise<Answer> {
    const response = await fetch(`${serviceUrl}/api/auth${path}`, {
      method,
      redirect: 'manual',
      headers: {
        'x-forwarded-for': this.address,
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(this.cookies.size > 0 && { cookie: this.cookieHeader }),
        ...headers,
      },
      body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
    });
    this.keep(response.headers.getSetCookie());
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') && text !== '';
    return { status: response.status, body: isJson ? JSON.parse(text) : text, headers: response.headers };
  }

  get cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  private keep(setCookies: string[]): void {
    for (const line of setCookies) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line)!;
      if (/max-age=0/i.test(line) || value === '') this.cookies.delete(name!);
      else this.cookies.set(name!, value!);
    }
  }
}

const sessionCookie = '__Host-tokenroute.session_token';

async function signUp(
  email = anyEmail(),
  name = 'Ada',
): Promise<{ browser: Browser; email: string; id: string }> {
  const browser = new Browser();
  const { status: code, body } = await browser.post('/sign-up/email', { email, password, name });
  expect(code).toBe(200);
  await verify(browser, email);
  await signIn(browser, email);
  const { rows: found } = await rows.query<{ id: string }>('SELECT id FROM people WHERE email = $1', [email]);
  expect(body.token).toBeNull();
  return { browser, email, id: found[0]!.id };
}

async function verify(browser: Browser, email: string): Promise<Answer> {
  const link = linkOf(await mailbox.next(email, 'Confirm your e-mail address'));
  return browser.get(pathOf(link));
}

async function signIn(browser: Browser, email: string, secret = password): Promise<Answer> {
  return browser.post('/sign-in/email', { email, password: secret });
}

const linkOf = (text: string) => new URL(/https:\/\/\S+/.exec(text)![0]);
const pathOf = (link: URL) => link.pathname.replace('/api/auth', '') + link.search;

async function resetToken(email: string): Promise<string> {
  const { status: code } = await new Browser().post('/request-password-reset', { email });
  expect(code).toBe(200);
  return linkOf(await mailbox.next(email, 'Set a new password')).searchParams.get('token')!;
}

type Method = 'getSession' | 'listMembers' | 'listAuditEvents' | 'findOrganisations';

function ask<Response>(method: Method, request: object): Promise<Response> {
  const call = people[method].bind(people) as unknown as (
    request: object,
    done: (error: ServiceError | null, response: Response) => void,
  ) => void;
  return new Promise((resolve, reject) =>
    call(request, (error, response) => (error ? reject(error) : resolve(response))),
  );
}

const sessionOf = async (browser: Browser) =>
  (await ask<GetSessionResponse>('getSession', { cookie: browser.cookieHeader })).session;

async function until<Result>(question: () => Promise<Result | undefined | false>): Promise<Result> {
  for (;;) {
    const answer = await question();
    if (answer) return answer;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const kindsOf = async (where: string, id: string) =>
  (
    await rows.query<{ kind: string }>(`SELECT kind FROM audit_events WHERE ${where} = $1 ORDER BY id`, [id])
  ).rows.map(({ kind }) => kind);

// --- The guarantees ---

describe('signing up', () => {
  test('leads through a mail to a session, and the same link does nothing a second time', async () => {
    const email = anyEmail();
    const browser = new Browser();
    const signedUp = await browser.post('/sign-up/email', { email, password, name: 'Ada' });
    expect(signedUp.status).toBe(200);
    expect(browser.cookies.has(sessionCookie)).toBe(false);
    const tooEarly = await signIn(browser, email);
    expect([tooEarly.status, tooEarly.body.code]).toEqual([403, 'EMAIL_NOT_VERIFIED']);
    const link = linkOf(await mailbox.next(email, 'Confirm your e-mail address'));
    expect(link.origin).toBe(publicUrl);
    expect((await browser.get(pathOf(link))).status).toBe(302);
    expect((await new Browser().get(pathOf(link))).headers.getSetCookie()).toEqual([]);
    expect((await signIn(browser, email)).status).toBe(200);
    expect(await sessionOf(browser)).toMatchObject({
      person: { email, name: 'Ada', emailVerified: true, twoFactorEnabled: false },
      memberships: [
        { organisationName: 'Ada', role: OrganisationRole.ORGANISATION_ROLE_OWNER, personal: true },
      ],
    });
  });

  test('by a link that comes again makes no session and changes nothing', async () => {
    const email = anyEmail();
    const browser = new Browser();
    await browser.post('/sign-up/email', { email, password, name: 'Ada' });
    const path = pathOf(linkOf(await mailbox.next(email, 'Confirm your e-mail address')));
    await browser.get(path);
    await signIn(browser, email);
    const { id } = (await sessionOf(browser))!.person!;
    await browser.post('/sign-out');
    const record = await kindsOf('person_id', id);
    for (const replaying of [browser, new Browser()]) {
      await replaying.get(path);
      expect(replaying.cookies.has(sessionCookie)).toBe(false);
    }
    const open = await rows.query('SELECT 1 FROM sessions WHERE person_id = $1', [id]);
    expect(open.rowCount).toBe(0);
    expect(await kindsOf('person_id', id)).toEqual(record);
  });

  test('by a link that was changed confirms nobody', async () => {
    const [email, other] = [anyEmail(), anyEmail()];
    const browser = new Browser();
    await browser.post('/sign-up/email', { email, password, name: 'Ada' });
    const link = linkOf(await mailbox.next(email, 'Confirm your e-mail address'));
    const [head, body, signature] = link.searchParams.get('token')!.split('.') as [string, string, string];
    const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as object;
    const forged = (change: object) =>
      Buffer.from(JSON.stringify({ ...claims, ...change })).toString('base64url');
    const unsigned = Buffer.from('{"alg":"none"}').toString('base64url');
    for (const token of [
      `${head}.${forged({ email: other })}.${signature}`,
      `${head}.${forged({ exp: 4_102_444_800 })}.${signature}`,
      `${unsigned}.${body}.`,
      `${head}.${body}.`,
      'x',
    ]) {
      await new Browser().get(`/verify-email?token=${encodeURIComponent(token)}`);
    }
    expect((await signIn(new Browser(), email)).body.code).toBe('EMAIL_NOT_VERIFIED');
  });

  test('makes an organisation of one’s own, whose id billing has as an account', async () => {
    const { browser, email } = await signUp();
    const session = (await sessionOf(browser))!;
    const { organisationId } = session.memberships[0]!;
    expect(session.activeOrganisationId).toBe(organisationId);
    await until(async () => (await sessionOf(browser))!.memberships[0]!.hasBillingAccount);
    expect(billing.accounts.get(organisationId)).toBe(email);
  });

  test('while billing is away goes on, and the account is asked for later', async () => {
    billing.isDown = true;
    const { browser } = await signUp();
    const { organisationId, hasBillingAccount } = (await sessionOf(browser))!.memberships[0]!;
    expect(hasBillingAccount).toBe(false);
    billing.isDown = false;
    const { browser: another } = await signUp();
    await until(async () => (await sessionOf(another))!.memberships[0]!.hasBillingAccount);
    expect(billing.accounts.has(organisationId)).toBe(true);
  });

  test.each([
    ['short', 'PASSWORD_TOO_SHORT'],
    ['password12345', 'PASSWORD_TOO_COMMON'],
    ['TokenRoute2026', 'PASSWORD_IS_ABOUT_YOU'],
  ])('with %s is refused with %s', async (weak, code) => {
    const answer = await new Browser().post('/sign-up/email', {
      email: anyEmail(),
      password: weak,
      name: 'Ada',
    });
    expect([answer.status, answer.body.code]).toEqual([400, code]);
  });

  test('takes a password in any composition of its characters', async () => {
    const email = anyEmail();
    const browser = new Browser();
    await browser.post('/sign-up/email', { email, password: 'cafe\u0301 creme brulee', name: 'Ada' });
    await verify(browser, email);
    expect((await signIn(browser, email, 'caf\u00e9 creme brulee')).status).toBe(200);
  });

  test('keeps the password as Argon2id, and nothing secret in the log', async () => {
    const { email, id, browser } = await signUp();
    const stored = await rows.query<{ password: string }>(
      'SELECT password FROM credentials WHERE person_id = $1',
      [id],
    );
    expect(stored.rows[0]!.password).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    const text = logged.join('');
    for (const secret of [password, email, browser.cookies.get(sessionCookie)!])
      expect(text).not.toContain(secret);
  });
});

describe('nobody learns who is a customer', () => {
  const shapeOf = ({ status: code, body }: Answer) => ({
    code,
    keys: Object.keys(body),
    user: Object.keys(body.user ?? {}).sort(),
  });

  test('a sign-up with a known address gets the answer of a new one, and its owner a mail', async () => {
    const { email } = await signUp();
    const known = await new Browser().post('/sign-up/email', { email, password, name: 'Eve' });
    const unknown = await new Browser().post('/sign-up/email', { email: anyEmail(), password, name: 'Eve' });
    expect(shapeOf(known)).toEqual(shapeOf(unknown));
    expect(known.body.user).toMatchObject({ name: 'Eve', emailVerified: false });
    expect(await mailbox.next(email, 'You have an account already')).toContain(publicUrl);
    expect((await signIn(new Browser(), email)).status).toBe(200);
  });

  test('a wrong password and an unknown address get the same answer', async () => {
    const { email } = await signUp();
    const wrong = await signIn(new Browser(), email, 'not the password at all');
    const unknown = await signIn(new Browser(), anyEmail());
    expect([wrong.status, wrong.body]).toEqual([401, unknown.body]);
    expect(unknown.status).toBe(401);
  });

  test('a reset for an unknown address gets the same answer, and both take as long', async () => {
    const { email } = await signUp();
    const timed = async (address: string) => {
      const start = performance.now();
      const { status: code, body } = await new Browser().post('/request-password-reset', { email: address });
      return { code, body, tookLong: performance.now() - start >= 245 };
    };
    const known = await timed(email);
    expect(known).toEqual(await timed(anyEmail()));
    expect(known).toMatchObject({ code: 200, tookLong: true });
  });

  test('an unknown address costs a sign-in the same work', async () => {
    const { email } = await signUp();
    const timesOf = async (address: () => string) => {
      const times: number[] = [];
      for (let attempt = 0; attempt < 7; attempt++) {
        const start = performance.now();
        await signIn(new Browser(), address(), 'not the password at all');
        times.push(performance.now() - start);
      }
      return Math.min(...times);
    };
    const [known, unknown] = [await timesOf(() => email), await timesOf(anyEmail)];
    // Without a hash for unknown ones the quotient would be near ten.
    expect(known / unknown).toBeLessThan(3);
    expect(unknown / known).toBeLessThan(3);
  });
});

describe('a session', () => {
  test('is in a __Host- cookie that scripts and other sites do not see, for a limited time', async () => {
    const { email } = await signUp();
    const { headers } = await signIn(new Browser(), email);
    const line = headers.getSetCookie().find((cookie) => cookie.startsWith(`${sessionCookie}=`))!;
    const attributes = line
      .split('; ')
      .slice(1)
      .map((each) => each.toLowerCase())
      .sort();
    expect(attributes).toEqual(['httponly', 'max-age=3600', 'path=/', 'samesite=lax', 'secure']);
  });

  test('is dead after the sign-out, though the cookie comes again', async () => {
    const { browser } = await signUp();
    const cookie = browser.cookieHeader;
    expect((await browser.post('/sign-out')).status).toBe(200);
    expect(browser.cookies.has(sessionCookie)).toBe(false);
    expect((await ask<GetSessionResponse>('getSession', { cookie })).session).toBeUndefined();
    expect((await new Browser().get('/list-sessions', { cookie })).status).toBe(401);
  });

  test('ends when its person signs in anew from within it', async () => {
    const { browser, email } = await signUp();
    const former = browser.cookieHeader;
    await signIn(browser, email);
    expect(browser.cookieHeader).not.toBe(former);
    expect(await sessionOf(browser)).toBeDefined();
    expect((await ask<GetSessionResponse>('getSession', { cookie: former })).session).toBeUndefined();
  });

  test('is listed and can be revoked from another one', async () => {
    const { browser, email } = await signUp();
    const lost = new Browser();
    await signIn(lost, email);
    const { body: sessions } = await browser.get('/list-sessions');
    expect(sessions).toHaveLength(2);
    const { token } = sessions.find(
      (each: { ipAddress: string }) => networkPart(each.ipAddress) === networkPart(lost.address),
    );
    expect((await browser.post('/revoke-session', { token })).status).toBe(200);
    expect(await sessionOf(lost)).toBeUndefined();
    expect(await sessionOf(browser)).toBeDefined();
  });

  test('of somebody else cannot be revoked', async () => {
    const [{ browser: eve }, { browser: ada, id }] = [await signUp(), await signUp()];
    const { rows: stored } = await rows.query<{ token: string }>(
      'SELECT token FROM sessions WHERE person_id = $1',
      [id],
    );
    await eve.post('/revoke-session', { token: stored[0]!.token });
    expect(await sessionOf(ada)).toBeDefined();
  });

  test('is over when its time is up', async () => {
    const { browser, id } = await signUp();
    await rows.query(`UPDATE sessions SET expires_at = now() - interval '1 second' WHERE person_id = $1`, [
      id,
    ]);
    expect(await sessionOf(browser)).toBeUndefined();
  });

  test('needs the signature of this service', async () => {
    const { id } = await signUp();
    const { rows: stored } = await rows.query<{ token: string }>(
      'SELECT token FROM sessions WHERE person_id = $1',
      [id],
    );
    for (const value of [stored[0]!.token, `${stored[0]!.token}.${'A'.repeat(43)}%3D`]) {
      const { session } = await ask<GetSessionResponse>('getSession', {
        cookie: `${sessionCookie}=${value}`,
      });
      expect(session).toBeUndefined();
    }
  });

  const networkPart = (address: string) =>
    address
      .split(':')
      .slice(0, 4)
      .map((group) => Number.parseInt(group, 16))
      .join(':');
});

describe('a password', () => {
  const another = 'an entirely different phrase';

  test('is reset by a link, which counts once, is stored as a digest, and ends every session', async () => {
    const { browser, email } = await signUp();
    const token = await resetToken(email);
    const stored = await rows.query<{ text: string }>(
      `SELECT string_agg(v::text, ' ') AS text FROM verifications v`,
    );
    expect(stored.rows[0]!.text).not.toContain(token);
    expect((await new Browser().post('/reset-password', { token, newPassword: another })).status).toBe(200);
    expect(await sessionOf(browser)).toBeUndefined();
    const replay = await new Browser().post('/reset-password', { token, newPassword: `${another} again` });
    expect([replay.status, replay.body.code]).toEqual([400, 'INVALID_TOKEN']);
    expect((await signIn(new Browser(), email)).status).toBe(401);
    expect((await signIn(new Browser(), email, another)).status).toBe(200);
    await mailbox.next(email, 'Your password was changed');
  });

  test('reset by two at once with one link is reset once', async () => {
    const { email } = await signUp();
    const token = await resetToken(email);
    const answers = await Promise.all(
      [another, `${another} too`].map((newPassword) =>
        new Browser().post('/reset-password', { token, newPassword }),
      ),
    );
    expect(answers.map(({ status: code }) => code).sort()).toEqual([200, 400]);
  });

  test('reset ends the other links that were asked for', async () => {
    const { email } = await signUp();
    const [first, second] = [await resetToken(email), await resetToken(email)];
    await new Browser().post('/reset-password', { token: second, newPassword: another });
    expect((await new Browser().post('/reset-password', { token: first, newPassword: another })).status).toBe(
      400,
    );
  });

  test('reset by a link of yesterday is refused', async () => {
    const { email } = await signUp();
    const token = await resetToken(email);
    await rows.query(`UPDATE verifications SET expires_at = now() - interval '1 second'`);
    expect((await new Browser().post('/reset-password', { token, newPassword: another })).status).toBe(400);
  });

  test('that is one’s address is refused at a reset too', async () => {
    const { email } = await signUp();
    const answer = await new Browser().post('/reset-password', {
      token: await resetToken(email),
      newPassword: email,
    });
    expect(answer.body.code).toBe('PASSWORD_IS_ABOUT_YOU');
  });

  test('changed from within ends the other sessions, and needs the present one', async () => {
    const { browser, email } = await signUp();
    const other = new Browser();
    await signIn(other, email);
    const wrong = await browser.post('/change-password', {
      currentPassword: 'not this one',
      newPassword: another,
    });
    expect(wrong.status).toBe(400);
    const right = await browser.post('/change-password', {
      currentPassword: password,
      newPassword: another,
      revokeOtherSessions: false,
    });
    expect(right.status).toBe(200);
    expect(await sessionOf(other)).toBeUndefined();
    expect(await sessionOf(browser)).toBeDefined();
  });
});

describe('a second factor', () => {
  async function withTotp() {
    const person = await signUp();
    const { body } = await person.browser.post('/two-factor/enable', { password });
    const secret = new URL(body.totpURI).searchParams.get('secret')!;
    const confirmed = await person.browser.post('/two-factor/verify-totp', { code: totp(secret) });
    expect(confirmed.status).toBe(200);
    return { ...person, secret, recoveryCodes: body.backupCodes as string[] };
  }

  async function passwordGiven(email: string): Promise<Browser> {
    const browser = new Browser();
    const { body } = await signIn(browser, email);
    expect(body.twoFactorRedirect).toBe(true);
    expect(browser.cookies.has(sessionCookie)).toBe(false);
    return browser;
  }

  test('stands between the password and the session', async () => {
    const { email, secret } = await withTotp();
    const browser = await passwordGiven(email);
    expect(await sessionOf(browser)).toBeUndefined();
    expect((await browser.post('/two-factor/verify-totp', { code: '000000' })).status).toBe(401);
    expect((await browser.post('/two-factor/verify-totp', { code: totp(secret, 1) })).status).toBe(200);
    expect(await sessionOf(browser)).toMatchObject({ person: { email, twoFactorEnabled: true } });
  });

  test('counts once: whoever read the code along is refused', async () => {
    const { email, secret } = await withTotp();
    const code = totp(secret, 1);
    expect((await (await passwordGiven(email)).post('/two-factor/verify-totp', { code })).status).toBe(200);
    const replay = await (await passwordGiven(email)).post('/two-factor/verify-totp', { code });
    expect([replay.status, replay.body.code]).toEqual([401, 'INVALID_CODE']);
  });

  test('may be a recovery code, each of them once', async () => {
    const { email, recoveryCodes } = await withTotp();
    const [code, other] = recoveryCodes;
    expect((await (await passwordGiven(email)).post('/two-factor/verify-backup-code', { code })).status).toBe(
      200,
    );
    expect((await (await passwordGiven(email)).post('/two-factor/verify-backup-code', { code })).status).toBe(
      401,
    );
    expect(
      (await (await passwordGiven(email)).post('/two-factor/verify-backup-code', { code: other })).status,
    ).toBe(200);
  });

  test('leaves no recovery code in the database, and a stored digest is no code', async () => {
    const { id, email, recoveryCodes } = await withTotp();
    const { rows: stored } = await rows.query<{ recovery_codes: string; secret: string }>(
      'SELECT * FROM two_factors WHERE person_id = $1',
      [id],
    );
    for (const code of recoveryCodes) expect(stored[0]!.recovery_codes).not.toContain(code);
    const [digest] = JSON.parse(stored[0]!.recovery_codes) as string[];
    expect(
      (await (await passwordGiven(email)).post('/two-factor/verify-backup-code', { code: digest })).status,
    ).toBe(401);
  });

  test('is not asked for the right to skip it on this device', async () => {
    const { email, secret } = await withTotp();
    const browser = await passwordGiven(email);
    await browser.post('/two-factor/verify-totp', { code: totp(secret, 1), trustDevice: true });
    await browser.post('/sign-out');
    expect((await signIn(browser, email)).body.twoFactorRedirect).toBe(true);
  });

  test('is turned off with the password alone known, not without', async () => {
    const { browser } = await withTotp();
    expect((await browser.post('/two-factor/disable', { password: 'a wrong one entirely' })).status).toBe(
      400,
    );
    expect((await browser.post('/two-factor/disable', { password })).status).toBe(200);
  });
});

describe('signing in with an OpenID Connect provider', () => {
  /** What a browser does between two clicks. Gives back where it ends. */
  async function throughIssuer(browser: Browser, claims: Partial<Claims>, nonce?: string): Promise<string> {
    const { body } = await browser.post('/sign-in/social', { provider: 'oidc', callbackURL: '/' });
    const authorize = new URL(body.url);
    expect(authorize.searchParams.get('code_challenge_method')).toBe('S256');
    issuer.nonce = nonce ?? authorize.searchParams.get('nonce')!;
    issuer.claims = { sub: randomUUID(), email: anyEmail(), email_verified: true, name: 'Grace', ...claims };
    const state = authorize.searchParams.get('state')!;
    const { headers } = await browser.get(`/callback/oidc?code=c&state=${encodeURIComponent(state)}`);
    return headers.get('location')!;
  }

  test('makes a person, an organisation and a session, and keeps no token of the provider', async () => {
    const [browser, email] = [new Browser(), anyEmail()];
    expect(new URL(await throughIssuer(browser, { email }), publicUrl).searchParams.get('error')).toBeNull();
    expect(issuer.tokenRequest.get('code_verifier')).toMatch(/.{43,}/);
    expect(await sessionOf(browser)).toMatchObject({
      person: { email, emailVerified: true },
      memberships: [{ organisationName: 'Grace', personal: true }],
    });
    const { rows: stored } = await rows.query(`SELECT c::text FROM credentials c WHERE provider_id = 'oidc'`);
    expect(JSON.stringify(stored)).not.toContain('provider-access-token');
  });

  test('again is the same person, by the subject and not by the address', async () => {
    const [sub, email] = [randomUUID(), anyEmail()];
    const [first, second] = [new Browser(), new Browser()];
    await throughIssuer(first, { sub, email });
    await throughIssuer(second, { sub, email: anyEmail() });
    expect((await sessionOf(second))!.person!.id).toBe((await sessionOf(first))!.person!.id);
  });

  test('joins the account with the same address when both sides have verified it', async () => {
    const { id, email } = await signUp();
    const browser = new Browser();
    await throughIssuer(browser, { email });
    expect((await sessionOf(browser))!.person!.id).toBe(id);
  });

  test.each([
    ['the provider has not verified the address', true, false],
    ['we have not verified the address', false, true],
  ])('does not join it when %s', async (_why, ours, theirs) => {
    const email = anyEmail();
    if (ours) await signUp(email);
    else await new Browser().post('/sign-up/email', { email, password, name: 'Eve' });
    const browser = new Browser();
    const end = new URL(await throughIssuer(browser, { email, email_verified: theirs }), publicUrl);
    expect(end.searchParams.get('error')).toBe('account_not_linked');
    expect(await sessionOf(browser)).toBeUndefined();
  });

  test('with an address that the provider has not verified makes nobody', async () => {
    const [browser, email] = [new Browser(), anyEmail()];
    await throughIssuer(browser, { email, email_verified: false });
    expect(await sessionOf(browser)).toBeUndefined();
    expect((await rows.query('SELECT 1 FROM people WHERE email = $1', [email])).rowCount).toBe(0);
  });

  test('with a token of another sign-in or another key is refused', async () => {
    const browser = new Browser();
    await throughIssuer(browser, {}, 'a-nonce-of-another-sign-in');
    expect(await sessionOf(browser)).toBeUndefined();
    issuer.signWithOtherKey = true;
    await throughIssuer(browser, {});
    issuer.signWithOtherKey = false;
    expect(await sessionOf(browser)).toBeUndefined();
  });

  test('comes back to nothing in a browser that did not begin it', async () => {
    const { body } = await new Browser().post('/sign-in/social', { provider: 'oidc', callbackURL: '/' });
    const authorize = new URL(body.url);
    issuer.nonce = authorize.searchParams.get('nonce')!;
    issuer.claims = { sub: randomUUID(), email: anyEmail(), email_verified: true, name: 'Grace' };
    const victim = new Browser();
    await victim.get(
      `/callback/oidc?code=c&state=${encodeURIComponent(authorize.searchParams.get('state')!)}`,
    );
    expect(await sessionOf(victim)).toBeUndefined();
  });

  test('does not lead to a foreign page afterwards', async () => {
    const answer = await new Browser().post('/sign-in/social', {
      provider: 'oidc',
      callbackURL: 'https://evil.example/',
    });
    expect(answer.status).toBe(403);
  });
});

describe('a foreign page', () => {
  test.each([
    ['its origin', { origin: 'https://evil.example' }],
    ['a null origin', { origin: 'null' }],
    ['an origin that begins like ours', { origin: `${publicUrl}.evil.example` }],
    ['our origin without TLS', { origin: 'http://console.example.com' }],
  ])('posts nothing with %s', async (_what, headers) => {
    const { browser } = await signUp();
    for (const path of [
      '/sign-out',
      '/update-user',
      '/organization/create',
      '/sign-in/email',
      '/sign-up/email',
    ]) {
      expect((await browser.post(path, { name: 'x', slug: 'x' }, headers)).status).toBe(403);
    }
    expect(await sessionOf(browser)).toBeDefined();
  });

  test('posts nothing with the cookies and no origin at all', async () => {
    const { browser } = await signUp();
    const { status: code } = await browser.request('POST', '/sign-out', {}, {});
    expect(code).toBe(403);
    expect(await sessionOf(browser)).toBeDefined();
  });

  test('posts nothing that a form can send', async () => {
    const { email } = await signUp();
    for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data']) {
      const body = JSON.stringify({ email, password });
      const { status: code } = await new Browser().post('/sign-in/email', body, { 'content-type': type });
      expect(code).toBe(415);
    }
  });

  test('posts nothing with the cookies in a body that a form can send, though it says it is from us', async () => {
    const { browser } = await signUp();
    for (const type of ['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data', '']) {
      const body = JSON.stringify({ name: 'Mallory' });
      const { status: code } = await browser.post('/update-user', body, { 'content-type': type });
      expect({ type, code }).toEqual({ type, code: 415 });
    }
    expect(await sessionOf(browser)).toMatchObject({ person: { name: 'Ada' } });
  });

  test('gets no mail written that leads to it', async () => {
    const { email } = await signUp();
    const redirectTo = 'https://evil.example/';
    expect((await new Browser().post('/request-password-reset', { email, redirectTo })).status).toBe(403);
    const callbackURL = redirectTo;
    const answer = await new Browser().post('/sign-up/email', {
      email: anyEmail(),
      password,
      name: 'x',
      callbackURL,
    });
    expect(answer.status).toBe(403);
  });
});

describe('limits', () => {
  test('end guessing at one account from many addresses, and say when to come back', async () => {
    const { email } = await signUp();
    const codes: number[] = [];
    let last: Answer;
    do {
      last = await signIn(new Browser(), email.toUpperCase(), 'not the password at all');
      codes.push(last.status);
    } while (last.status !== 429 && codes.length < 30);
    // One of the ten was the sign-in of signUp itself.
    expect(codes).toEqual([...Array<number>(9).fill(401), 429]);
    expect(Number(last.headers.get('retry-after'))).toBeGreaterThan(800);
    expect((await signIn(new Browser(), anyEmail())).status).toBe(401);
  });

  test('count for an address that nobody has in the same way', async () => {
    const email = anyEmail();
    const codes: number[] = [];
    for (let attempt = 0; attempt < 11; attempt++) codes.push((await signIn(new Browser(), email)).status);
    expect(codes).toEqual([...Array<number>(10).fill(401), 429]);
  });

  test('end guessing at many accounts from one network', async () => {
    const network = anyAddress().replace(/::1$/, '');
    const codes = await Promise.all(
      Array.from({ length: 25 }, (_, index) => signIn(new Browser(`${network}::${index + 1}`), anyEmail())),
    );
    expect(codes.filter(({ status: code }) => code === 429)).toHaveLength(5);
  });

  test('keep a mailbox from being filled', async () => {
    const { email } = await signUp();
    const codes: number[] = [];
    for (let attempt = 0; attempt < 4; attempt++) {
      codes.push((await new Browser().post('/request-password-reset', { email })).status);
    }
    expect(codes).toEqual([200, 200, 200, 429]);
  });

  test('are not evaded by a header that only a proxy may set', async () => {
    const { email } = await signUp();
    const browser = new Browser();
    await browser.post(
      '/sign-in/email',
      { email, password },
      { 'x-tokenroute-client-address': '198.51.100.7', forwarded: 'for=198.51.100.7' },
    );
    const { body } = await browser.get('/list-sessions');
    expect(JSON.stringify(body)).not.toContain('198.51.100.7');
  });
});

describe('an organisation', () => {
  interface Team {
    owner: Awaited<ReturnType<typeof signUp>>;
    organisationId: string;
  }

  async function team(): Promise<Team> {
    const owner = await signUp();
    const { body } = await owner.browser.post('/organization/create', {
      name: 'Analytical Engines',
      slug: randomUUID(),
    });
    return { owner, organisationId: body.id };
  }

  async function invite({ owner, organisationId }: Team, email: string, role: string): Promise<string> {
    const answer = await owner.browser.post('/organization/invite-member', {
      email,
      role,
      organizationId: organisationId,
    });
    expect(answer.status).toBe(200);
    const link = linkOf(await mailbox.next(email, 'You are invited to an organisation'));
    return link.pathname.split('/').at(-1)!;
  }

  async function join(someTeam: Team, role: string) {
    const person = await signUp();
    const invitationId = await invite(someTeam, person.email, role);
    const { status: code } = await person.browser.post('/organization/accept-invitation', { invitationId });
    expect(code).toBe(200);
    const members = await membersOf(someTeam, someTeam.owner.id);
    return { ...person, memberId: members.find(({ personId }) => personId === person.id)!.id };
  }

  const membersOf = async ({ organisationId }: Team, personId: string) =>
    (await ask<ListMembersResponse>('listMembers', { organisationId, personId })).members;

  test('has an account in billing under its own id', async () => {
    const { owner, organisationId } = await team();
    await until(async () => billing.accounts.get(organisationId) === owner.email);
    expect((await sessionOf(owner.browser))!.memberships.map(({ personal }) => personal)).toEqual([
      true,
      false,
    ]);
  });

  test('is found by administrators by its id and by a part of its name, with how many it has', async () => {
    const [found, other] = [await team(), await team()];
    const name = `Rename ${randomUUID()} 100%_`;
    const data = { organizationId: found.organisationId, data: { name } };
    expect((await found.owner.browser.post('/organization/update', data)).status).toBe(200);
    await join(found, 'member');
    const find = (ids: string[], namePart: string) =>
      ask<FindOrganisationsResponse>('findOrganisations', { ids, namePart });
    const expected = { id: found.organisationId, name, members: 2 };
    expect((await find([], name.toUpperCase())).organisations).toEqual([expected]);
    expect((await find([found.organisationId, randomUUID()], '')).organisations).toEqual([expected]);
    const both = (await find([other.organisationId], name)).organisations.map(({ id }) => id);
    expect(both.sort()).toEqual([found.organisationId, other.organisationId].sort());
    await expect(find(['x'], '')).rejects.toMatchObject({ code: status.INVALID_ARGUMENT });
  });

  test('is joined through an invitation by mail, with its role, once', async () => {
    const someTeam = await team();
    const { id, browser, email } = await join(someTeam, 'billing');
    expect(await membersOf(someTeam, id)).toMatchObject([
      { personId: someTeam.owner.id, role: OrganisationRole.ORGANISATION_ROLE_OWNER },
      { personId: id, email, role: OrganisationRole.ORGANISATION_ROLE_BILLING },
    ]);
    const { rows: stored } = await rows.query<{ id: string }>('SELECT id FROM invitations WHERE email = $1', [
      email,
    ]);
    const replay = await browser.post('/organization/accept-invitation', { invitationId: stored[0]!.id });
    expect(replay.status).toBe(400);
  });

  test('is not joined with somebody else’s invitation, nor with a canceled one', async () => {
    const someTeam = await team();
    const invitationId = await invite(someTeam, anyEmail(), 'admin');
    const { browser } = await signUp();
    expect((await browser.post('/organization/accept-invitation', { invitationId })).status).toBe(403);
    expect((await browser.get(`/organization/get-invitation?id=${invitationId}`)).status).toBe(403);
    const ada = await signUp();
    const hers = await invite(someTeam, ada.email, 'member');
    await someTeam.owner.browser.post('/organization/cancel-invitation', { invitationId: hers });
    expect((await ada.browser.post('/organization/accept-invitation', { invitationId: hers })).status).toBe(
      400,
    );
  });

  test('is unknown to everybody else, on every route and call', async () => {
    const someTeam = await team();
    const { memberId } = await join(someTeam, 'member');
    const { organisationId } = someTeam;
    const { browser: eve, id: evesId } = await signUp();
    const email = anyEmail();
    const organizationId = organisationId;
    const invitationId = await invite(someTeam, anyEmail(), 'member');
    const attempts: Record<string, (path: string) => Promise<Answer>> = {
      '/organization/list-members': (path) => eve.get(`${path}?organizationId=${organisationId}`),
      '/organization/list-invitations': (path) => eve.get(`${path}?organizationId=${organisationId}`),
      '/organization/get-invitation': (path) => eve.get(`${path}?id=${invitationId}`),
      '/organization/set-active': (path) => eve.post(path, { organizationId }),
      '/organization/update': (path) => eve.post(path, { organizationId, data: { name: 'Mine now' } }),
      '/organization/invite-member': (path) => eve.post(path, { organizationId, email, role: 'owner' }),
      '/organization/cancel-invitation': (path) => eve.post(path, { invitationId }),
      '/organization/accept-invitation': (path) => eve.post(path, { invitationId }),
      '/organization/reject-invitation': (path) => eve.post(path, { invitationId }),
      '/organization/update-member-role': (path) =>
        eve.post(path, { organizationId, memberId, role: 'owner' }),
      '/organization/remove-member': (path) => eve.post(path, { organizationId, memberIdOrEmail: memberId }),
      '/organization/leave': (path) => eve.post(path, { organizationId }),
    };
    // These are about nobody but oneself. A new route has to be in one of the two lists.
    const own = ['create', 'list', 'list-user-invitations'].map((name) => `/organization/${name}`);
    const there = peopleRoutes.map(({ path }) => path).filter((path) => path.startsWith('/organization/'));
    expect([...Object.keys(attempts), ...own].sort()).toEqual(there.sort());
    for (const [path, attempt] of Object.entries(attempts)) {
      const { status: code, body } = await attempt(path);
      expect({ path, refused: code === 400 || code === 403 }).toEqual({ path, refused: true });
      expect(JSON.stringify(body)).not.toContain(someTeam.owner.email);
    }
    const { rows: open } = await rows.query<{ status: string }>(
      'SELECT status FROM invitations WHERE id = $1',
      [invitationId],
    );
    expect(open[0]!.status).toBe('pending');
    for (const method of ['listMembers', 'listAuditEvents'] as const) {
      await expect(ask(method, { organisationId, personId: evesId })).rejects.toMatchObject({
        code: status.PERMISSION_DENIED,
      });
    }
    expect(await membersOf(someTeam, someTeam.owner.id)).toHaveLength(2);
    const { rows: named } = await rows.query<{ name: string }>(
      'SELECT name FROM organisations WHERE id = $1',
      [organisationId],
    );
    expect(named[0]!.name).toBe('Analytical Engines');
  });

  test.each([
    ['admin', [200, 200, 403, 403, 400]],
    ['member', [403, 403, 403, 403, 400]],
    ['billing', [403, 403, 403, 403, 400]],
  ])(
    'as %s: rename, invite, invite an owner, make an owner, remove the owner: %j',
    async (role, expected) => {
      const someTeam = await team();
      const { browser, memberId } = await join(someTeam, role);
      const { organisationId: organizationId } = someTeam;
      const [owner] = await membersOf(someTeam, someTeam.owner.id);
      const codes = [
        await browser.post('/organization/update', { organizationId, data: { name: 'Difference Engines' } }),
        await browser.post('/organization/invite-member', {
          organizationId,
          email: anyEmail(),
          role: 'member',
        }),
        await browser.post('/organization/invite-member', {
          organizationId,
          email: anyEmail(),
          role: 'owner',
        }),
        await browser.post('/organization/update-member-role', { organizationId, memberId, role: 'owner' }),
        await browser.post('/organization/remove-member', { organizationId, memberIdOrEmail: owner!.id }),
      ].map(({ status: code }) => code);
      expect(codes).toEqual(expected);
    },
  );

  // In this order, each by a member of that role. A new route about an organisation has to be here.
  const byRole: [string, Record<Role, number>][] = [
    ['/organization/list-members', { owner: 200, admin: 200, member: 200, billing: 200 }],
    ['/organization/list-invitations', { owner: 200, admin: 200, member: 403, billing: 403 }],
    ['/organization/get-invitation', { owner: 403, admin: 403, member: 403, billing: 403 }],
    ['/organization/set-active', { owner: 200, admin: 200, member: 200, billing: 200 }],
    ['/organization/update', { owner: 200, admin: 200, member: 403, billing: 403 }],
    ['/organization/invite-member', { owner: 200, admin: 200, member: 403, billing: 403 }],
    ['/organization/accept-invitation', { owner: 403, admin: 403, member: 403, billing: 403 }],
    ['/organization/reject-invitation', { owner: 403, admin: 403, member: 403, billing: 403 }],
    ['/organization/cancel-invitation', { owner: 200, admin: 200, member: 403, billing: 403 }],
    ['/organization/update-member-role', { owner: 200, admin: 200, member: 403, billing: 403 }],
    // better-auth says 401 for this one.
    ['/organization/remove-member', { owner: 200, admin: 200, member: 401, billing: 401 }],
    ['/organization/leave', { owner: 200, admin: 200, member: 200, billing: 200 }],
  ];

  test('has every route about it in the table of who may what', () => {
    const ofOneself = ['create', 'list', 'list-user-invitations'].map((name) => `/organization/${name}`);
    const there = peopleRoutes.map(({ path }) => path).filter((path) => path.startsWith('/organization/'));
    expect([...byRole.map(([path]) => path), ...ofOneself].sort()).toEqual(there.sort());
  });

  test.each(roles)('lets its %s do what the table says, on every route', async (role) => {
    const someTeam = await team();
    const { organisationId: organizationId } = someTeam;
    const { memberId } = await join(someTeam, 'member');
    const invitationId = await invite(someTeam, anyEmail(), 'member');
    const { browser } = await join(someTeam, role);
    const bodies: Record<string, object> = {
      '/organization/update': { organizationId, data: { name: 'Difference Engines' } },
      '/organization/invite-member': { organizationId, email: anyEmail(), role: 'member' },
      '/organization/update-member-role': { organizationId, memberId, role: 'billing' },
      '/organization/remove-member': { organizationId, memberIdOrEmail: memberId },
    };
    const seen: [string, number][] = [];
    for (const [path] of byRole) {
      const { method } = peopleRoutes.find((route) => route.path === path)!;
      const body = bodies[path] ?? (path.endsWith('-invitation') ? { invitationId } : { organizationId });
      const answer =
        method === 'GET'
          ? await browser.get(`${path}?organizationId=${organizationId}&id=${invitationId}`)
          : await browser.post(path, body);
      seen.push([path, answer.status]);
    }
    expect(seen).toEqual(byRole.map(([path, expected]) => [path, expected[role]]));
  });

  test('keeps its last owner, also when two leave at once', async () => {
    const someTeam = await team();
    const { organisationId: organizationId, owner } = someTeam;
    expect((await owner.browser.post('/organization/leave', { organizationId })).status).toBe(400);
    const [first] = await membersOf(someTeam, owner.id);
    const demote = { organizationId, memberId: first!.id, role: 'member' };
    expect((await owner.browser.post('/organization/update-member-role', demote)).status).toBe(400);
    const other = await join(someTeam, 'owner');
    await Promise.all(
      [owner, other].map(({ browser }) => browser.post('/organization/leave', { organizationId })),
    );
    const { rows: left } = await rows.query(
      `SELECT 1 FROM memberships WHERE organisation_id = $1 AND role = 'owner'`,
      [organizationId],
    );
    expect(left).toHaveLength(1);
    await expect(
      rows.query(`UPDATE memberships SET role = 'member' WHERE organisation_id = $1`, [organizationId]),
    ).rejects.toThrow('keeps at least one owner');
  });

  test('knows no role but its four, and one at a time', async () => {
    const { owner, organisationId: organizationId } = await team();
    for (const role of ['superuser', 'owner,admin', ['admin', 'owner'], '']) {
      const { status: code } = await owner.browser.post('/organization/invite-member', {
        organizationId,
        email: anyEmail(),
        role,
      });
      expect(code).toBe(400);
    }
  });

  test('ends for a session with the membership', async () => {
    const someTeam = await team();
    const { browser, memberId } = await join(someTeam, 'admin');
    const { organisationId: organizationId, owner } = someTeam;
    await browser.post('/organization/set-active', { organizationId });
    expect((await sessionOf(browser))!.activeOrganisationId).toBe(organizationId);
    await owner.browser.post('/organization/remove-member', { organizationId, memberIdOrEmail: memberId });
    const session = (await sessionOf(browser))!;
    expect([session.activeOrganisationId, session.memberships.length]).toEqual(['', 1]);
    expect((await browser.get('/organization/list-members')).status).toBe(403);
  });

  test('an id that is none is refused by the name of its field', async () => {
    const { owner } = await team();
    const answer = await owner.browser.post('/organization/set-active', { organizationId: "x' OR true --" });
    expect([answer.status, answer.body.message]).toEqual([400, 'organizationId: not a UUID.']);
  });

  describe('its record', () => {
    const eventsOf = async ({ organisationId, owner }: Team, more: object = {}) =>
      (await ask<ListAuditEventsResponse>('listAuditEvents', { organisationId, personId: owner.id, ...more }))
        .events;

    test('says who did what, from where, newest first', async () => {
      const someTeam = await team();
      const { memberId, id } = await join(someTeam, 'member');
      const { owner, organisationId: organizationId } = someTeam;
      await owner.browser.post('/organization/update-member-role', {
        organizationId,
        memberId,
        role: 'admin',
      });
      const events = await eventsOf(someTeam);
      expect(events.map(({ kind }) => kind)).toEqual([
        'member.role_changed',
        'member.added',
        'invitation.accepted',
        'invitation.created',
        'member.added',
        'organisation.created',
      ]);
      expect(events[0]).toMatchObject({
        personId: owner.id,
        address: owner.browser.address,
        subjectKind: 'membership',
        subjectId: memberId,
      });
      expect(JSON.parse(events[0]!.detailJson)).toEqual({ person_id: id, from: 'member', to: 'admin' });
      expect(events[1]!.personId).toBe(id);
      const page = await eventsOf(someTeam, { beforeId: events[1]!.id, limit: 2 });
      expect(page.map(({ kind }) => kind)).toEqual(['invitation.accepted', 'invitation.created']);
    });

    test('is not for members', async () => {
      const someTeam = await team();
      const { id } = await join(someTeam, 'member');
      await expect(
        ask('listAuditEvents', { organisationId: someTeam.organisationId, personId: id }),
      ).rejects.toMatchObject({ code: status.PERMISSION_DENIED });
    });

    test('is behind row-level security: a query that forgets the organisation sees one alone', async () => {
      const [ours, theirs] = [await team(), await team()];
      await rows.query('BEGIN');
      try {
        await rows.query(`SELECT set_config('tokenroute.organisation', $1, true)`, [ours.organisationId]);
        await rows.query('SET LOCAL ROLE tokenroute_tenant');
        const { rows: seen } = await rows.query<{ organisation_id: string }>(
          'SELECT DISTINCT organisation_id FROM audit_events',
        );
        expect(seen).toEqual([{ organisation_id: ours.organisationId }]);
        const other = await rows.query('SELECT 1 FROM audit_events WHERE organisation_id = $1', [
          theirs.organisationId,
        ]);
        expect(other.rowCount).toBe(0);
      } finally {
        await rows.query('ROLLBACK');
      }
    });

    test.each(['UPDATE audit_events SET kind = kind', 'DELETE FROM audit_events', 'TRUNCATE audit_events'])(
      '%s is refused',
      async (statement) => {
        await expect(rows.query(statement)).rejects.toThrow('append-only');
      },
    );
  });
});

describe('the record of a person', () => {
  test('has the sign-up, each sign-in, each refused one and each change of what they sign in with', async () => {
    const { browser, id, email } = await signUp();
    await signIn(new Browser(), email, 'not the password at all');
    await until(async () => (await kindsOf('subject_id', id)).includes('session.refused'));
    await browser.post('/change-password', {
      currentPassword: password,
      newPassword: 'an entirely different phrase',
    });
    const kinds = await kindsOf('person_id', id);
    expect(kinds).toEqual(
      expect.arrayContaining([
        'person.signed_up',
        'credential.added',
        'person.email_verified',
        'session.started',
        'credential.password_changed',
        'session.ended',
      ]),
    );
  });
});

describe('every route', () => {
  const open = peopleRoutes.filter((route) => route.open).map(({ path }) => path);
  const guarded = peopleRoutes.filter((route) => !route.open);

  test('is for people who are signed in, but these', () => {
    expect(open.sort()).toEqual([
      '/callback/*',
      '/error',
      '/get-session',
      '/request-password-reset',
      '/reset-password',
      '/send-verification-email',
      '/sign-in/email',
      '/sign-in/social',
      '/sign-out',
      '/sign-up/email',
      '/two-factor/verify-backup-code',
      '/two-factor/verify-totp',
      '/verify-email',
    ]);
  });

  test('the second factor is open only to a sign-in whose password was right', async () => {
    for (const path of ['/two-factor/verify-totp', '/two-factor/verify-backup-code']) {
      expect((await new Browser().post(path, { code: '123456' })).status).toBe(401);
    }
  });

  let signedOut: string;

  beforeAll(async () => {
    const { browser } = await signUp();
    signedOut = browser.cookieHeader;
    await browser.post('/sign-out');
  });

  test.each(guarded.map(({ method, path }) => [method, path] as const))(
    '%s %s is a 401 without a session, and with one that was signed out',
    async (method, path) => {
      const id = randomUUID();
      const body = {
        organizationId: id,
        memberId: id,
        memberIdOrEmail: id,
        invitationId: id,
        role: 'member',
        email: anyEmail(),
        name: 'x',
        slug: id,
        token: 'x',
        password,
        currentPassword: password,
        newPassword: 'an entirely different phrase',
        provider: 'oidc',
        providerId: 'oidc',
        data: { name: 'x' },
        code: '123456',
      };
      for (const headers of [{}, { cookie: signedOut }] as Record<string, string>[]) {
        const browser = new Browser();
        const answer =
          method === 'GET'
            ? await browser.get(`${path}?id=${id}`, headers)
            : await browser.post(path, body, headers);
        expect({ path, status: answer.status }).toEqual({ path, status: 401 });
      }
    },
  );

  test.each([
    ['POST', '/organization/delete'],
    ['POST', '/delete-user'],
    ['POST', '/change-email'],
    ['GET', '/ok'],
    ['PUT', '/sign-in/email'],
  ])('%s %s is a 404: there is none', async (method, path) => {
    const { status: code } = await new Browser().request(method, path, method === 'GET' ? undefined : {}, {});
    expect(code).toBe(404);
  });

  test.each(['[]', '"x"', 'null', '{', '{"email":"a@b.c"'])('a body of %s is a 400', async (body) => {
    expect((await new Browser().post('/sign-in/email', body)).status).toBe(400);
  });

  test('a body beyond 64 kB is a 413', async () => {
    expect((await new Browser().post('/sign-in/email', { password: 'x'.repeat(70_000) })).status).toBe(413);
  });
});
