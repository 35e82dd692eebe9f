import { randomUUID } from 'node:crypto';
import { type ApiKey, LimitUseRequest, LimitUseResponse, subjects } from '@tokenroute/contracts';
import { connectNats, createLogger, type NatsConnection } from '@tokenroute/service-kit';
import { testServers } from '@tokenroute/testing';
import { connectRedis, type RedisConnection } from '../redis/connect-redis.js';
import { LimitUseSubscriber } from './limit-use-subscriber.js';
import { RateLimiter } from './rate-limiter.js';

const logger = createLogger('test', 'fatal');

describe('how much of its limits a key has used', () => {
  let nats: NatsConnection;
  let redis: RedisConnection;
  let limiter: RateLimiter;

  beforeAll(async () => {
    const { natsUrl, redisUrl } = testServers();
    nats = await connectNats(natsUrl, 'limit-use-subscriber.spec', logger);
    redis = await connectRedis(redisUrl, logger);
    limiter = new RateLimiter(redis, logger);
    new LimitUseSubscriber(nats, logger, limiter).onApplicationBootstrap();
  });

  afterAll(async () => {
    redis.disconnect();
    await nats.close();
  });

  async function ask(keyIds: string[]) {
    const question = LimitUseRequest.encode({ keyIds }).finish();
    const reply = await nats.request(subjects.limitUse, question, { timeout: 2_000 });
    return LimitUseResponse.decode(reply.data).uses;
  }

  test('is told of each key that is asked for, and asking takes nothing of it', async () => {
    const key = { id: randomUUID(), requestsPerMinute: 2, tokensPerMinute: 1_000 } as ApiKey;
    const request = { inputTokensBound: 10, outputTokensLimit: 20, outputLimitIsAsked: true, choices: 1 };
    const { used } = await limiter.admit(key, request);
    const unused = { keyId: randomUUID(), requests: 0, tokens: 0n };
    const underWay = [{ keyId: key.id, requests: 1, tokens: 30n }, unused];
    expect(await ask([key.id, unused.keyId])).toEqual(underWay);
    expect(await ask([key.id, unused.keyId])).toEqual(underWay);
    used(10, 5);
    expect(await ask([key.id])).toEqual([{ keyId: key.id, requests: 1, tokens: 15n }]);
    await limiter.admit(key, request);
    expect(await ask([key.id])).toEqual([{ keyId: key.id, requests: 2, tokens: 45n }]);
  });

  test('is not told to who asks for too many at once', async () => {
    const tooMany = LimitUseRequest.encode({ keyIds: Array.from({ length: 1_001 }, String) }).finish();
    await expect(nats.request(subjects.limitUse, tooMany, { timeout: 200 })).rejects.toThrow(/timeout/i);
  });

  test('is not told while Redis is away, rather than told wrong', async () => {
    redis.disconnect();
    expect(await ask([randomUUID()])).toEqual([]);
  });
});
