import { generateApiKey } from '@tokenroute/api-key';
import { startSystem, TestCustomer, type TestSystem } from '@tokenroute/testing';
import { Redis } from 'ioredis';
import pg from 'pg';

const maxConcurrent = 3;
const maxFailed = 5;
const content = 'Hello [[sim:tokens=20]]';
const body = { model: 'gpt-4o-mini', max_tokens: 100, messages: [{ role: 'user', content }] };
const saying = (script: string) => ({
  ...body,
  messages: [{ role: 'user', content: `Hello [[sim:${script}]]` }],
});

describe('POST /v1/chat/completions above a limit', () => {
  let system: TestSystem;
  let database: pg.Client;
  let redis: Redis;

  beforeAll(async () => {
    system = await startSystem({
      environment: {
        gateway: {
          MAX_CONCURRENT_REQUESTS_PER_KEY: String(maxConcurrent),
          MAX_FAILED_AUTHENTICATIONS_PER_MINUTE: String(maxFailed),
        },
      },
    });
    database = new pg.Client({ connectionString: system.databaseUrl });
    await database.connect();
    redis = new Redis(system.redisUrl);
    // It goes away on purpose.
    redis.on('error', () => undefined);
  }, 60_000);

  afterAll(async () => {
    redis.disconnect();
    await database.end();
    await system.stop();
  });

  const create = (limits: { requestsPerMinute?: number; tokensPerMinute?: number }, usd = '1') =>
    TestCustomer.create(system, usd, limits);

  async function holdsOf(customer: TestCustomer): Promise<number> {
    const { rows } = await database.query<{ count: string }>(
      'SELECT count(*) FROM billing.holds WHERE account_id = $1',
      [customer.accountId],
    );
    return Number(rows[0]!.count);
  }

  function expectRefusal(answer: { status: number; headers: Headers; text: string }, exceeded: string): void {
    expect(answer.status).toBe(429);
    const seconds = answer.headers.get('retry-after');
    expect(seconds).toMatch(/^[1-9]\d?$/);
    expect(JSON.parse(answer.text)).toEqual({
      error: {
        message: `Rate limit exceeded (${exceeded}). Retry after ${seconds}s.`,
        type: 'rate_limit_error',
        code: 429,
        param: null,
      },
    });
  }

  function limitsIn(headers: Headers): Record<string, string> {
    return Object.fromEntries([...headers].filter(([name]) => name.startsWith('x-ratelimit-')));
  }

  /** Until a condition of what an answer tells holds: a correction does not keep its client waiting. */
  async function untilRemaining(customer: TestCustomer, tokens: number): Promise<void> {
    for (;;) {
      const { headers } = await customer.request('GET', '/models');
      if (Number(headers.get('x-ratelimit-remaining-tokens')) >= tokens) return;
    }
  }

  async function metric(name: string): Promise<string | undefined> {
    const text = await (await fetch(system.addresses['gateway']!.metrics!)).text();
    return text
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.split(' ')[1];
  }

  test('rpm: refused without a hold, and every answer tells the state', async () => {
    const customer = await create({ requestsPerMinute: 3 });
    for (const remaining of ['2', '1', '0']) {
      const answer = await customer.chat({ ...body, stream: remaining === '1' });
      expect(answer.status).toBe(200);
      expect(limitsIn(answer.headers)).toEqual({
        'x-ratelimit-limit-requests': '3',
        'x-ratelimit-remaining-requests': remaining,
        'x-ratelimit-reset-requests': expect.stringMatching(/^(1m\d(\.\d+)?|[0-9.]+)s$/),
      });
    }
    const refused = await customer.chat(body);
    expectRefusal(refused, 'rpm');
    expect(limitsIn(refused.headers)).toMatchObject({ 'x-ratelimit-remaining-requests': '0' });
    expect(await holdsOf(customer)).toBe(3);
  });

  test('what is refused before it could be sent, and what only asks, counts for nothing and tells the state', async () => {
    const customer = await create({ requestsPerMinute: 5, tokensPerMinute: 10_000 });
    const answers = [
      await customer.chat('{'),
      await customer.chat({ ...body, model: 'nobody-knows' }),
      await customer.chat({ ...body, max_tokens: 1_000_000 }),
      await customer.chat(body, { headers: { 'x-tokenroute-dry-run': 'true' } }),
      await customer.request('GET', '/models'),
      await customer.request('GET', '/models/nobody-knows'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([400, 404, 400, 200, 200, 404]);
    for (const { headers } of answers) {
      expect(limitsIn(headers)).toEqual({
        'x-ratelimit-limit-requests': '5',
        'x-ratelimit-remaining-requests': '5',
        'x-ratelimit-reset-requests': '0s',
        'x-ratelimit-limit-tokens': '10000',
        'x-ratelimit-remaining-tokens': '10000',
        'x-ratelimit-reset-tokens': '0s',
      });
    }
  });

  test('tpm: the estimate is taken at once, and what was not used of it is given back', async () => {
    const customer = await create({ tokensPerMinute: 1_000 });
    const slow = customer.chat({ ...saying('tokens=20;ttfb=700'), max_tokens: 900 });
    for (;;) {
      const { headers } = await customer.request('GET', '/models');
      if (Number(headers.get('x-ratelimit-remaining-tokens')) < 100) break;
    }
    expectRefusal(await customer.chat(body), 'tpm');
    expect((await slow).status).toBe(200);
    await untilRemaining(customer, 950);
    expect((await customer.chat(body)).status).toBe(200);
  });

  test('a request larger than the whole limit has its way through an empty window', async () => {
    const customer = await create({ tokensPerMinute: 200 });
    const large = { ...body, max_tokens: 5_000 };
    expect((await customer.chat(large)).status).toBe(200);
    await untilRemaining(customer, 100);
    expectRefusal(await customer.chat(large), 'tpm');
  });

  test('what was refused or failed later counts as a request and gives its tokens back', async () => {
    const limits = { requestsPerMinute: 5, tokensPerMinute: 10_000 };
    const poor = await create(limits, '0.000001');
    const customer = await create(limits);
    const refused = await poor.chat({ ...body, max_tokens: 9_000 });
    expect(refused.status).toBe(402);
    expect(limitsIn(refused.headers)).toMatchObject({
      'x-ratelimit-remaining-requests': '4',
      'x-ratelimit-remaining-tokens': '10000',
    });
    expect((await customer.chat({ ...saying('status=500'), max_tokens: 9_000 })).status).toBe(502);
    await untilRemaining(customer, 10_000);
  });

  test('a key without limits is told none, and Redis is not asked', async () => {
    const customer = await create({});
    const evaluated = async () => {
      const stats = await redis.info('commandstats');
      return [...stats.matchAll(/cmdstat_eval(?:sha)?:calls=(\d+)/g)].map(([, calls]) => calls);
    };
    const before = await evaluated();
    const answers = [
      await customer.chat(body),
      await customer.chat('{'),
      await customer.request('GET', '/models'),
    ];
    for (const { headers } of answers) expect(limitsIn(headers)).toEqual({});
    expect(await evaluated()).toEqual(before);
  });

  test('a key has so many requests under way, and room again when one ends', async () => {
    const customer = await create({});
    const abort = new AbortController();
    const streams = await Promise.all(
      Array.from({ length: maxConcurrent }, () =>
        fetch(`${system.baseUrl}/chat/completions`, {
          method: 'POST',
          headers: { authorization: `Bearer ${customer.key.secret}` },
          body: JSON.stringify({ ...saying('tokens=2000;chunk-delay=20'), stream: true, max_tokens: 4_000 }),
          signal: abort.signal,
        }),
      ),
    );
    expect(streams.map(({ status }) => status)).toEqual([200, 200, 200]);
    expectRefusal(await customer.chat(body), 'concurrent requests');
    expect((await (await create({})).chat(body)).status).toBe(200);
    abort.abort();
    while ((await customer.chat(body)).status !== 200);
  });

  test('a Redis that hangs is waited for once, and the limits hold on', async () => {
    const customer = await create({ requestsPerMinute: 4 });
    expect((await customer.chat(body)).status).toBe(200);
    await redis.call('CLIENT', 'PAUSE', '4000', 'ALL');
    const startedAt = performance.now();
    const statuses: number[] = [];
    for (let i = 0; i < 5; i += 1) statuses.push((await customer.chat(body)).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    expect(performance.now() - startedAt).toBeLessThan(3_500);
  });

  test('without Redis each gateway limits by itself and says so in its metrics, until Redis is back', async () => {
    const customer = await create({ requestsPerMinute: 3, tokensPerMinute: 10_000 });
    // The last test left it hanging.
    await redis.ping();
    const told = async (expected: string) => {
      while ((await metric('tokenroute_limits_local')) !== expected) await customer.request('GET', '/models');
    };
    await told('0');
    expect((await customer.chat(body)).status).toBe(200);
    await system.servers.redis.kill();
    expect((await customer.chat(body)).status).toBe(200);
    expect((await customer.chat(body)).status).toBe(200);
    const refused = await customer.chat(body);
    expectRefusal(refused, 'rpm');
    expect(limitsIn(refused.headers)).toMatchObject({ 'x-ratelimit-remaining-requests': '0' });
    await told('1');
    await system.servers.redis.start();
    await told('0');
    const other = await create({ requestsPerMinute: 1 });
    expect((await other.chat(body)).status).toBe(200);
    expectRefusal(await other.chat(body), 'rpm');
  });

  test('an address that tries keys nobody has is refused, and keys that are known here are not', async () => {
    const customer = await create({});
    expect((await customer.request('GET', '/models')).status).toBe(200);
    const attempt = async (index: number) => {
      const response = await fetch(`${system.baseUrl}/models`, {
        headers: {
          authorization: `Bearer ${generateApiKey()}`,
          // Nobody between is trusted: whatever it says, the client is who connects.
          'x-forwarded-for': `192.0.2.${index}`,
        },
      });
      return { status: response.status, headers: response.headers, text: await response.text() };
    };
    for (let index = 0; index < maxFailed; index += 1) expect((await attempt(index)).status).toBe(401);
    expectRefusal(await attempt(99), 'failed authentications');
    expect((await customer.request('GET', '/models')).status).toBe(200);
    const unseen = await create({});
    expectRefusal(await unseen.request('GET', '/models'), 'failed authentications');
  });
});
