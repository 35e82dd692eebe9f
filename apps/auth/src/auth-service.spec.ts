import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { apiKeyDigest, parseApiKey } from '@tokenroute/api-key';
import {
  type ApiKey,
  AuthServiceClient,
  AuthServiceService,
  type CreateKeyRequest,
  type CreateKeyResponse,
  KeyChanged,
  KeyRefusal,
  type ListKeysResponse,
  type RevokeKeyResponse,
  type RotateKeyResponse,
  type UpdateKeyResponse,
  KeysUsed,
  type ListKeyEventsResponse,
  subjects,
  type ValidateKeyResponse,
  type ValidateKeysResponse,
  grpcCallers,
} from '@tokenroute/contracts';
import {
  applyMigrations,
  connectNats,
  grpcServer,
  type NatsConnection,
  runService,
} from '@tokenroute/service-kit';
import { createTestDatabase, FakeClock, type TestDatabase, testServers } from '@tokenroute/testing';
import pg from 'pg';
import { type Logger, pino } from 'pino';
import { AuthModule } from './auth.module.js';

const migrations = fileURLToPath(new URL('../prisma/migrations', import.meta.url));
const accountId = '0197e000-0000-7000-8000-000000000001';
const otherAccountId = '0197e000-0000-7000-8000-000000000002';
const startOfTime = new Date('2026-01-01T00:00:00Z');

/** Stands before a server, so that a test can take it away and bring it back. */
class Detour {
  private server: Server | undefined;
  private port = 0;
  private readonly sockets = new Set<Socket>();

  constructor(private readonly target: URL) {}

  async open(): Promise<void> {
    this.server = createServer((inner) => {
      const outer = connect(Number(this.target.port), this.target.hostname);
      for (const [socket, other] of [
        [inner, outer],
        [outer, inner],
      ] as const) {
        this.sockets.add(socket);
        socket.on('error', () => other.destroy());
        socket.on('close', () => {
          this.sockets.delete(socket);
          other.destroy();
        });
        socket.pipe(other);
      }
    }).listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  async cut(): Promise<void> {
    const closed = new Promise((resolve) => this.server?.close(resolve));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${this.port}`;
    return url.href;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Keys do without people: nothing of this is reached. */
const peopleConfig = () => ({
  PUBLIC_URL: 'http://localhost',
  AUTH_SECRET: 'a-secret-of-this-test-and-of-nobody-else',
  REDIS_URL: testServers().redisUrl,
  BILLING_ADDRESS: '127.0.0.1:1',
  MAIL_FROM: 'tokenroute <no-reply@example.com>',
  TRUSTED_PROXIES: [],
  SESSION_LIFETIME_S: 3_600,
});

let database: TestDatabase;
let rows: pg.Client;
let postgresql: Detour;
let nats: Detour;
let listener: NatsConnection;
let service: NestFastifyApplication;
let client: AuthServiceClient;
const clock = new FakeClock(startOfTime);
const announced: string[] = [];
const logged: string[] = [];
const logger: Logger = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });

beforeAll(async () => {
  database = await createTestDatabase({ schema: 'auth', migrate: (url) => applyMigrations(url, migrations) });
  const plainUrl = new URL(database.url);
  plainUrl.searchParams.delete('schema');
  rows = new pg.Client({ connectionString: plainUrl.href, options: '-c search_path=auth' });
  await rows.connect();
  postgresql = new Detour(new URL(database.url));
  nats = new Detour(new URL(testServers().natsUrl));
  await Promise.all([postgresql.open(), nats.open()]);
  listener = await connectNats(testServers().natsUrl, 'auth-service.spec', logger);
  listener.subscribe(subjects.keyChanged, {
    callback: (_, message) => {
      announced.push(KeyChanged.decode(message.data).keyDigest.toString('hex'));
    },
  });
  await listener.flush();
  const port = await freePort();
  service = await runService({
    module: AuthModule.register(
      { ...peopleConfig(), DATABASE_URL: postgresql.url(), NATS_URL: nats.url() },
      logger,
      clock.now,
    ),
    logger,
    config: { HOST: '127.0.0.1', SHUTDOWN_DELAY_MS: 0, SHUTDOWN_TIMEOUT_MS: 1_000 },
    httpPort: 0,
    grpc: grpcServer({
      config: { HOST: '127.0.0.1' },
      port,
      protoPackage: 'tokenroute.auth.v1',
      services: { AuthService: AuthServiceService },
      callers: grpcCallers,
    }),
  });
  client = new AuthServiceClient(`127.0.0.1:${port}`, credentials.createInsecure());
  await untilReady();
}, 60_000);

afterAll(async () => {
  client?.close();
  await service?.close();
  await listener?.close();
  await Promise.all([postgresql?.cut(), nats?.cut()]);
  await rows?.end();
  await database?.drop();
});

type Answer<Response> =
  { response: Response; error?: undefined } | { response?: undefined; error: ServiceError };

type UnaryCall<Response> = (
  request: object,
  metadata: Metadata,
  options: { deadline: number },
  callback: (error: ServiceError | null, response: Response) => void,
) => unknown;

function call<Response>(
  method:
    | 'validateKey'
    | 'validateKeys'
    | 'createKey'
    | 'listKeys'
    | 'revokeKey'
    | 'updateKey'
    | 'rotateKey'
    | 'listKeyEvents',
  request: object,
): Promise<Answer<Response>> {
  const unary = client[method].bind(client) as unknown as UnaryCall<Response>;
  return new Promise((resolve) => {
    unary(request, new Metadata(), { deadline: Date.now() + 20_000 }, (error, response) =>
      resolve(error ? { error } : { response }),
    );
  });
}

async function answerTo<Response>(method: Parameters<typeof call>[0], request: object): Promise<Response> {
  const { response, error } = await call<Response>(method, request);
  if (error) throw error;
  return response as Response;
}

const createKey = async (settings: Partial<CreateKeyRequest> = {}) => {
  const request = { accountId, name: 'test', allowedModels: [], ...settings };
  const { key, secret } = await answerTo<CreateKeyResponse>('createKey', request);
  return { key: key!, secret, digest: apiKeyDigest(secret) };
};
const validateKey = async (keyDigest: Buffer) =>
  (await answerTo<ValidateKeyResponse>('validateKey', { keyDigest })).result;
const revokeKey = (id: string) => answerTo<RevokeKeyResponse>('revokeKey', { id, accountId: '' });
const eventsOf = async (id: string) =>
  (
    await rows.query<{ kind: string; at: Date; detail: object }>(
      'SELECT * FROM key_events WHERE key_id = $1 ORDER BY id',
      [id],
    )
  ).rows;

async function readiness(): Promise<{ status: number; failing?: string[] }> {
  const response = await fetch(`${await service.getUrl()}/readyz`);
  const { failing } = (await response.json()) as { failing?: string[] };
  return { status: response.status, failing };
}

async function untilReady(): Promise<void> {
  while ((await readiness()).status !== 200);
}

const refused = (value: KeyRefusal) => ({ $case: 'refused', value });

describe('a new key', () => {
  test('is told once, valid at once, and shown without its secret', async () => {
    const expiresAt = new Date(startOfTime.getTime() + 86_400_000);
    const settings = {
      name: 'prod',
      requestsPerMinute: 60,
      tokensPerMinute: 9_000,
      allowedModels: ['openai/*'],
      expiresAt,
    };
    const { key, secret, digest } = await createKey(settings);
    expect(parseApiKey(secret).kind).toBe('well-formed');
    expect(key).toMatchObject({
      ...settings,
      accountId,
      display: `sk-tr-…${secret.slice(-4)}`,
      createdAt: startOfTime,
    });
    expect(key.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect(key.revokedAt).toBeUndefined();
    expect(await validateKey(digest)).toEqual({ $case: 'valid', value: key });
  });

  test('without limits has none, and without a name is called `key`', async () => {
    const { key } = await createKey({ name: '' });
    expect(key).toMatchObject({ name: 'key', allowedModels: [] });
    expect([key.requestsPerMinute, key.tokensPerMinute, key.expiresAt]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  test('leaves its secret neither in the database nor in the log', async () => {
    const { key, secret } = await createKey();
    const stored = await rows.query<{ text: string }>(
      `SELECT to_jsonb(k)::text || coalesce((SELECT jsonb_agg(e)::text FROM key_events e WHERE e.key_id = k.id), '') AS text
       FROM api_keys k WHERE id = $1`,
      [key.id],
    );
    const random = secret.slice('sk-tr-'.length, -6);
    expect(stored.rows[0]!.text).toContain(key.id);
    expect(stored.rows[0]!.text).not.toContain(random);
    expect(logged.join('')).not.toContain(random);
  });

  test('is announced, so that nobody remembers it as unknown', async () => {
    const { digest } = await createKey();
    await listener.flush();
    expect(announced).toContain(digest.toString('hex'));
  });

  test('begins its history with what was asked for', async () => {
    const { key } = await createKey({ name: 'history', requestsPerMinute: 5 });
    expect(await eventsOf(key.id)).toMatchObject([
      {
        kind: 'created',
        at: startOfTime,
        detail: { name: 'history', requests_per_minute: 5, expires_at: null },
      },
    ]);
  });
});

describe('a key', () => {
  test('that nobody created is unknown', async () => {
    expect(await validateKey(Buffer.alloc(32, 9))).toEqual(refused(KeyRefusal.KEY_REFUSAL_UNKNOWN));
  });

  test('is answered for among many as alone, each in its place', async () => {
    const [{ digest, key }, ended] = [await createKey(), await createKey()];
    await revokeKey(ended.key.id);
    const unknown = Buffer.alloc(32, 9);
    const { results } = await answerTo<ValidateKeysResponse>('validateKeys', {
      keyDigests: [ended.digest, unknown, digest, digest],
    });
    expect(results.map(({ result }) => result)).toEqual([
      refused(KeyRefusal.KEY_REFUSAL_REVOKED),
      refused(KeyRefusal.KEY_REFUSAL_UNKNOWN),
      { $case: 'valid', value: key },
      { $case: 'valid', value: key },
    ]);
  });

  test('is valid up to the millisecond before it expires, and expired from then on', async () => {
    const expiresAt = new Date(clock.nowMs() + 1_000);
    const { digest } = await createKey({ expiresAt });
    await clock.advance(999);
    expect(await validateKey(digest)).toMatchObject({ $case: 'valid' });
    await clock.advance(1);
    expect(await validateKey(digest)).toEqual(refused(KeyRefusal.KEY_REFUSAL_EXPIRED));
  });

  test('that was revoked is refused at once and announced', async () => {
    const { key, digest } = await createKey();
    announced.length = 0;
    expect((await revokeKey(key.id)).key).toMatchObject({ id: key.id, revokedAt: clock.now() });
    await listener.flush();
    expect(announced).toEqual([digest.toString('hex')]);
    expect(await validateKey(digest)).toEqual(refused(KeyRefusal.KEY_REFUSAL_REVOKED));
  });

  test('revoked again keeps the time and the history of the first, and is announced once more', async () => {
    const { key, digest } = await createKey();
    const first = await revokeKey(key.id);
    await clock.advance(1_000);
    announced.length = 0;
    expect(await revokeKey(key.id.toUpperCase())).toEqual(first);
    await listener.flush();
    expect(announced).toEqual([digest.toString('hex')]);
    expect((await eventsOf(key.id)).map(({ kind }) => kind)).toEqual(['created', 'revoked']);
  });

  test('revoked by many at once is revoked once', async () => {
    const { key } = await createKey();
    const answers = await Promise.all(Array.from({ length: 8 }, () => revokeKey(key.id)));
    expect(new Set(answers.map((answer) => answer.key?.revokedAt?.getTime())).size).toBe(1);
    expect((await eventsOf(key.id)).map(({ kind }) => kind)).toEqual(['created', 'revoked']);
  });
});

describe('ListKeys', () => {
  test('gives the keys of one account, newest first, revoked ones too', async () => {
    const mine = { accountId: otherAccountId };
    const oldest = await createKey({ ...mine, name: 'oldest' });
    // Within the same millisecond the order of creation counts as well.
    const second = await createKey({ ...mine, name: 'second' });
    await clock.advance(1);
    const newest = await createKey({ ...mine, name: 'newest' });
    await createKey({ name: 'not mine' });
    await revokeKey(oldest.key.id);
    const { keys } = await answerTo<ListKeysResponse>('listKeys', mine);
    expect(keys.map(({ name }) => name)).toEqual(['newest', 'second', 'oldest']);
    expect(keys).toMatchObject([newest.key, second.key, { id: oldest.key.id, revokedAt: clock.now() }]);
  });
});

describe('a request that does not fit', () => {
  test.each([
    ['validateKey', { keyDigest: Buffer.alloc(31) }, status.INVALID_ARGUMENT, 'key_digest'],
    [
      'validateKeys',
      { keyDigests: [Buffer.alloc(32), Buffer.alloc(31)] },
      status.INVALID_ARGUMENT,
      'key_digests[1]',
    ],
    [
      'validateKeys',
      { keyDigests: Array(1_001).fill(Buffer.alloc(32)) },
      status.INVALID_ARGUMENT,
      'key_digests',
    ],
    ['createKey', { accountId: 'x', allowedModels: [] }, status.INVALID_ARGUMENT, 'account_id'],
    ['createKey', { accountId, name: 'n'.repeat(101), allowedModels: [] }, status.INVALID_ARGUMENT, 'name'],
    [
      'createKey',
      { accountId, requestsPerMinute: 0, allowedModels: [] },
      status.INVALID_ARGUMENT,
      'requests_per_minute',
    ],
    [
      'createKey',
      { accountId, tokensPerMinute: 0, allowedModels: [] },
      status.INVALID_ARGUMENT,
      'tokens_per_minute',
    ],
    ['createKey', { accountId, allowedModels: [''] }, status.INVALID_ARGUMENT, 'allowed_models[0]'],
    [
      'createKey',
      { accountId, allowedModels: [], expiresAt: startOfTime },
      status.INVALID_ARGUMENT,
      'expires_at',
    ],
    ['listKeys', { accountId: '' }, status.INVALID_ARGUMENT, 'account_id'],
    ['revokeKey', { id: 'x', accountId: '' }, status.INVALID_ARGUMENT, 'id'],
    ['revokeKey', { id: accountId, accountId: '' }, status.NOT_FOUND, 'no key'],
  ] as const)('%s %j: status %d, naming %s', async (method, request, code, word) => {
    const { error } = await call(method, request);
    expect(error?.code).toBe(code);
    expect(error?.details).toContain(word);
  });
});

describe('the history', () => {
  test.each([
    "UPDATE key_events SET kind = 'created'",
    'DELETE FROM key_events',
    'DELETE FROM key_events WHERE false',
    'TRUNCATE key_events',
    'TRUNCATE api_keys CASCADE',
  ])('%s is refused', async (statement) => {
    await expect(rows.query(statement)).rejects.toThrow('append-only');
  });

  test('of a key keeps the key from being deleted', async () => {
    const { key } = await createKey();
    await expect(rows.query('DELETE FROM api_keys WHERE id = $1', [key.id])).rejects.toThrow('foreign key');
  });
});

describe('while NATS is away', () => {
  beforeAll(() => nats.cut());
  afterAll(async () => {
    await nats.open();
    await untilReady();
  });

  test('the service is not ready, and says why', async () => {
    expect(await readiness()).toEqual({ status: 503, failing: ['nats'] });
  });

  test('keys are created, answered for and revoked all the same; what was not announced is logged', async () => {
    const { key, digest } = await createKey();
    expect(await validateKey(digest)).toMatchObject({ $case: 'valid' });
    logged.length = 0;
    await revokeKey(key.id);
    expect(await validateKey(digest)).toEqual(refused(KeyRefusal.KEY_REFUSAL_REVOKED));
    expect(logged.filter((line) => line.includes('not announced') && line.includes(key.id))).toHaveLength(1);
  });
});

describe('while PostgreSQL is away', () => {
  let digest: Buffer;

  beforeAll(async () => {
    ({ digest } = await createKey());
    await postgresql.cut();
  });
  afterAll(async () => {
    await postgresql.open();
    await untilReady();
    expect(await validateKey(digest)).toMatchObject({ $case: 'valid' });
  });

  test('the service is alive and not ready, and says why', async () => {
    expect(await readiness()).toEqual({ status: 503, failing: ['postgresql'] });
    expect((await fetch(`${await service.getUrl()}/healthz`)).status).toBe(200);
  });

  test.each([
    ['validateKey', () => ({ keyDigest: digest })],
    ['createKey', () => ({ accountId, name: '', allowedModels: [] })],
    ['listKeys', () => ({ accountId })],
    ['revokeKey', () => ({ accountId: '', id: accountId })],
  ] as const)('%s is UNAVAILABLE: never a refusal of the key', async (method, request) => {
    const { error } = await call(method, request());
    expect(error?.code).toBe(status.UNAVAILABLE);
    expect(error?.details).toBe('The key store is not available. Please try again.');
  });
});

describe('an unknown path of the operations port', () => {
  test('is answered with 404', async () => {
    expect((await fetch(`${await service.getUrl()}/nope`)).status).toBe(404);
  });
});

const author = { name: 'ann', address: '203.0.113.7' };

describe('a change of a key', () => {
  const updateKey = (key: Partial<ApiKey> & { id: string }, fields: string[], ofAccount = '') =>
    call<UpdateKeyResponse>('updateKey', {
      key: { allowedModels: [], name: '', ...key },
      fields,
      accountId: ofAccount,
      author,
    });

  test('sets what is named, empties what is named and left out, and leaves the rest', async () => {
    const { key, digest } = await createKey({ requestsPerMinute: 5, tokensPerMinute: 9 });
    const change = { id: key.id, name: 'renamed', monthlyBudgetNanoUsd: 7n };
    const { response } = await updateKey(change, ['name', 'monthly_budget_nano_usd', 'requests_per_minute']);
    expect(response!.key).toMatchObject({
      ...{ name: 'renamed', monthlyBudgetNanoUsd: 7n, tokensPerMinute: 9 },
    });
    expect(response!.key!.requestsPerMinute).toBeUndefined();
    expect(await validateKey(digest)).toEqual({ $case: 'valid', value: response!.key });
  });

  test('is announced and recorded: what, by whom, from where', async () => {
    const { key, digest } = await createKey();
    announced.length = 0;
    await updateKey({ id: key.id, allowedModels: ['gpt-*'] }, ['allowed_models']);
    await listener.flush();
    expect(announced).toContain(digest.toString('hex'));
    const { events } = await answerTo<ListKeyEventsResponse>('listKeyEvents', { id: key.id, accountId });
    expect(events).toMatchObject([
      { kind: 'updated', author, detail: '{"allowed_models":["gpt-*"]}' },
      { kind: 'created' },
    ]);
  });

  test('that disables it has it refused until it is enabled again', async () => {
    const { key, digest } = await createKey();
    await updateKey({ id: key.id, disabled: true }, ['disabled']);
    expect(await validateKey(digest)).toEqual(refused(KeyRefusal.KEY_REFUSAL_DISABLED));
    await updateKey({ id: key.id, disabled: false }, ['disabled']);
    expect(await validateKey(digest)).toMatchObject({ $case: 'valid' });
  });

  test.each([
    [{ name: 'a\u0000' }, ['name'], 'name'],
    [{ requestsPerMinute: 0 }, ['requests_per_minute'], 'requests_per_minute'],
    [{ monthlyBudgetNanoUsd: -1n }, ['monthly_budget_nano_usd'], 'monthly_budget_nano_usd'],
    [{}, ['digest'], 'fields'],
    [{}, [], 'fields'],
  ])('that does not fit is refused by the name of its field: %j %j', async (change, fields, field) => {
    const { key } = await createKey();
    const { error } = await updateKey({ id: key.id, ...change }, fields);
    expect(error).toMatchObject({ code: status.INVALID_ARGUMENT });
    expect(error!.details).toContain(field);
  });

  test('of a revoked key is refused; of another account’s key or none, there is no such key', async () => {
    const { key } = await createKey();
    const strange = await updateKey({ id: key.id, name: 'mine now' }, ['name'], otherAccountId);
    expect(strange.error).toMatchObject({ code: status.NOT_FOUND });
    await revokeKey(key.id);
    const late = await updateKey({ id: key.id, name: 'too late' }, ['name']);
    expect(late.error).toMatchObject({ code: status.ALREADY_EXISTS });
    expect((await updateKey({ id: otherAccountId, name: 'x' }, ['name'])).error).toMatchObject({
      code: status.NOT_FOUND,
    });
  });

  test.each(['revokeKey', 'rotateKey', 'listKeyEvents'] as const)(
    'to another account there is no such key: %s',
    async (method) => {
      const { key, digest } = await createKey();
      const request = { id: key.id, accountId: otherAccountId, overlapSeconds: 0 };
      const { error } = await call(method, request);
      expect(error).toMatchObject({ code: status.NOT_FOUND });
      expect(await validateKey(digest)).toMatchObject({ $case: 'valid' });
    },
  );
});

describe('a rotation', () => {
  const rotate = (id: string, overlapSeconds: number) =>
    answerTo<RotateKeyResponse>('rotateKey', { id, overlapSeconds, accountId, author });

  test('makes a key with the same settings; the old one works until the overlap is over', async () => {
    const { key, digest } = await createKey({ name: 'prod', requestsPerMinute: 5, allowedModels: ['a'] });
    const { key: next, secret, oldKey } = await rotate(key.id, 3_600);
    expect(next).toMatchObject({ name: 'prod', requestsPerMinute: 5, allowedModels: ['a'], accountId });
    expect(next!.expiresAt).toBeUndefined();
    expect(oldKey).toMatchObject({ rotatedTo: next!.id, expiresAt: new Date(+clock.now() + 3_600_000) });
    expect(await validateKey(apiKeyDigest(secret))).toMatchObject({ $case: 'valid' });
    expect(await validateKey(digest)).toMatchObject({ $case: 'valid' });
    expect(await eventsOf(key.id)).toMatchObject([{ kind: 'created' }, { kind: 'rotated' }]);
  });

  test('without an overlap ends the old one at once, and never lets it outlive the end it had', async () => {
    const { key, digest } = await createKey();
    await rotate(key.id, 0);
    expect(await validateKey(digest)).toEqual(refused(KeyRefusal.KEY_REFUSAL_EXPIRED));
    const expiresAt = new Date(+clock.now() + 1_000);
    const { oldKey } = await rotate((await createKey({ expiresAt })).key.id, 3_600);
    expect(oldKey).toMatchObject({ expiresAt });
  });

  test('of a key that has ended is refused', async () => {
    const { key } = await createKey();
    await revokeKey(key.id);
    const { error } = await call('rotateKey', { id: key.id, overlapSeconds: 60, accountId });
    expect(error).toMatchObject({ code: status.ALREADY_EXISTS });
  });
});

test('when a key was last used is known once a gateway has told it', async () => {
  const { key } = await createKey();
  expect(key.lastUsedAt).toBeUndefined();
  const lastUse = async () =>
    (await rows.query<{ at: Date | null }>('SELECT last_used_at AS at FROM api_keys WHERE id = $1', [key.id]))
      .rows[0]!.at;
  while ((await lastUse()) === null) {
    listener.publish(subjects.keysUsed, KeysUsed.encode({ keyIds: [key.id, 'no id'] }).finish());
    await listener.flush();
  }
  expect(await lastUse()).toEqual(clock.now());
});
