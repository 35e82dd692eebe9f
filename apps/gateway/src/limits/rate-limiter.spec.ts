import { randomUUID } from 'node:crypto';
import type { ApiKey } from '@tokenroute/contracts';
import { createLogger } from '@tokenroute/service-kit';
import { testServers } from '@tokenroute/testing';
import { connectRedis, type RedisConnection } from '../redis/connect-redis.js';
import { type ExpectedTokens, RateLimiter } from './rate-limiter.js';

const logger = createLogger('test', 'fatal');
const small: ExpectedTokens = {
  inputTokensBound: 10,
  outputTokensLimit: 20,
  outputLimitIsAsked: true,
  choices: 1,
};

describe('RateLimiter', () => {
  let connections: RedisConnection[];
  let limiters: RateLimiter[];

  beforeEach(async () => {
    const { redisUrl } = testServers();
    connections = await Promise.all([connectRedis(redisUrl, logger), connectRedis(redisUrl, logger)]);
    limiters = connections.map((redis) => new RateLimiter(redis, logger));
  });

  afterEach(() => {
    for (const redis of connections) redis.disconnect();
  });

  const keyWith = (limits: { requestsPerMinute?: number; tokensPerMinute?: number }) =>
    ({ id: randomUUID(), ...limits }) as ApiKey;

  /** Admits until refused. */
  async function admitAll(limiter: RateLimiter, key: ApiKey, expected = small): Promise<number> {
    for (let count = 0; ; count += 1) {
      try {
        await limiter.admit(key, expected);
      } catch {
        return count;
      }
    }
  }

  test('gateways share what a key has', async () => {
    const key = keyWith({ requestsPerMinute: 10 });
    for (let i = 0; i < 4; i += 1) await limiters[0]!.admit(key, small);
    expect(await admitAll(limiters[1]!, key)).toBe(6);
    expect(await admitAll(limiters[0]!, key)).toBe(0);
  });

  test('a gateway that loses Redis goes on with what it has admitted itself', async () => {
    const key = keyWith({ requestsPerMinute: 10 });
    for (let i = 0; i < 4; i += 1) await limiters[0]!.admit(key, small);
    for (let i = 0; i < 4; i += 1) await limiters[1]!.admit(key, small);
    connections[0]!.disconnect();
    expect(await admitAll(limiters[0]!, key)).toBe(6);
    expect(await admitAll(limiters[1]!, key)).toBe(2);
  });

  test('a corrected estimate makes room in Redis and here', async () => {
    const key = keyWith({ tokensPerMinute: 100 });
    const large = { ...small, inputTokensBound: 80 };
    const first = await limiters[0]!.admit(key, large);
    expect(first.headers).toMatchObject({ 'x-ratelimit-remaining-tokens': '0' });
    first.used(10, 5);
    expect(await limiters[0]!.headersOf(key)).toMatchObject({ 'x-ratelimit-remaining-tokens': '85' });
    (await limiters[0]!.admit(key, { ...small, inputTokensBound: 30 })).unused();
    connections[0]!.disconnect();
    expect(await limiters[0]!.headersOf(key)).toMatchObject({ 'x-ratelimit-remaining-tokens': '85' });
  });

  test('without a limit of its own an answer is expected to be as long as the key’s answers were', async () => {
    const key = keyWith({ tokensPerMinute: 10_000 });
    const unbounded = { ...small, outputTokensLimit: 16_384, outputLimitIsAsked: false };
    const used = async () => {
      const admission = await limiters[0]!.admit(key, unbounded);
      const { 'x-ratelimit-remaining-tokens': remaining } = admission.headers;
      admission.used(0, 0);
      return 10_000 - Number(remaining);
    };
    expect(await used()).toBe(1_010);
    for (let i = 0; i < 30; i += 1) await used();
    expect(await used()).toBeLessThan(15);
  });

  test('a key without limits is always admitted, also without Redis', async () => {
    for (const redis of connections) redis.disconnect();
    const admission = await limiters[0]!.admit(keyWith({}), small);
    expect(admission.headers).toEqual({});
    admission.used(1, 1);
    expect(await limiters[0]!.headersOf(keyWith({}))).toEqual({});
  });
});
