import { randomUUID } from 'node:crypto';
import { testServers } from '@tokenroute/testing';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { AttemptLimiter } from './attempt-limiter.js';

const logged: string[] = [];
const logger = pino({ level: 'debug' }, { write: (line: string) => void logged.push(line) });
const rule = { attempts: 3, windowMs: 60_000 };
const attempt = (by: string = randomUUID()) => ({ what: 'test', by, rule });

let redis: Redis;
let absent: Redis;

beforeAll(async () => {
  redis = new Redis(testServers().redisUrl, { lazyConnect: true });
  await redis.connect();
  absent = new Redis('redis://127.0.0.1:1', {
    lazyConnect: true,
    enableOfflineQueue: false,
    retryStrategy: () => null,
  });
  absent.on('error', () => undefined);
});

afterAll(() => {
  redis.disconnect();
  absent.disconnect();
});

test('of many at once, through two replicas, exactly the rule’s number goes on', async () => {
  const replicas = [new AttemptLimiter(redis, logger), new AttemptLimiter(redis, logger)];
  const one = attempt();
  const waits = await Promise.all(Array.from({ length: 20 }, (_, index) => replicas[index % 2]!.waitMs(one)));
  expect(waits.filter((wait) => wait === 0)).toHaveLength(3);
  for (const wait of waits) expect(wait).toBeLessThanOrEqual(60_000);
});

test('an attempt counts as long as the window, and a refused one does not count', async () => {
  const limiter = new AttemptLimiter(redis, logger);
  const short = { ...attempt(), rule: { attempts: 1, windowMs: 200 } };
  expect(await limiter.waitMs(short)).toBe(0);
  let waits = 0;
  // Refused ones in a row would push the end away if they counted.
  while ((await limiter.waitMs(short)) > 0) waits++;
  expect(waits).toBeGreaterThan(0);
});

test('who is counted is in Redis as a digest alone', async () => {
  const by = `${randomUUID()}@example.org`;
  await new AttemptLimiter(redis, logger).waitMs(attempt(by));
  const keys = await redis.keys('auth:attempts:*');
  expect(keys.length).toBeGreaterThan(0);
  expect(keys.join(' ')).not.toContain(by.slice(0, 8));
});

test('while Redis is away it counts here, says so once, and slides by its own clock', async () => {
  let now = 1_000_000;
  logged.length = 0;
  const limiter = new AttemptLimiter(absent, logger, () => now);
  const one = attempt();
  const waits: number[] = [];
  for (let count = 0; count < 4; count++, now += 1_000) waits.push(await limiter.waitMs(one));
  expect(waits).toEqual([0, 0, 0, 57_000]);
  now = 1_060_000;
  expect(await limiter.waitMs(one)).toBe(0);
  expect(await limiter.waitMs(one)).toBe(1_000);
  expect(logged.filter((line) => line.includes('Redis is away'))).toHaveLength(1);
});
