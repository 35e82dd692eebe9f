import { randomUUID } from 'node:crypto';
import { testServers } from '@tokenroute/testing';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { SlidingWindow } from './sliding-window.js';
import { correctScript, takeScript } from './sliding-window-scripts.js';

interface Scripts {
  take(key: string, ...args: number[]): Promise<number[]>;
  takeAt(key: string, ...args: (number | string)[]): Promise<number[]>;
  correct(key: string, second: number, delta: number): Promise<number>;
}

/** Seconds and microseconds from the call, where the product has Redis' own. */
const clockOfTheTest = '{ ARGV[5], ARGV[6] }';

describe('the window in Redis', () => {
  let redis: Redis[];
  let scripts: Scripts[];

  beforeAll(() => {
    redis = [1, 2, 3].map(() => new Redis(testServers().redisUrl));
    for (const each of redis) {
      each.defineCommand('take', { numberOfKeys: 1, lua: takeScript() });
      each.defineCommand('takeAt', { numberOfKeys: 1, lua: takeScript(clockOfTheTest) });
      each.defineCommand('correct', { numberOfKeys: 1, lua: correctScript });
    }
    scripts = redis as unknown as Scripts[];
  });

  afterAll(() => {
    for (const each of redis) each.disconnect();
  });

  const step = fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        gapMs: fc.oneof(fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: -5_000, max: 90_000 })),
        tokens: fc.nat(60),
        requests: fc.constantFrom(1, 1, 1, 0),
      }),
    },
    { weight: 1, arbitrary: fc.record({ correctedBy: fc.integer({ min: -60, max: 60 }) }) },
  );

  const charged = { gapMs: 0, tokens: 1, requests: 1 as 0 | 1 };
  const lookAtAWrongTime = [
    charged,
    { ...charged, gapMs: 62_000, requests: 0 as const },
    { ...charged, gapMs: -5_000 },
  ];

  test('does what the window in memory does, whatever comes', async () => {
    const limit = fc.option(fc.integer({ min: 0, max: 20 }));
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 120 }), limit, limit, async (steps, requests, tokens) => {
        const window = new SlidingWindow();
        const limits = { requests, tokens: tokens === null ? null : tokens * 20 };
        const key = `test:{${randomUUID()}}`;
        let nowMs = 1_700_000_000_250;
        let second = 0;
        for (const [index, each] of steps.entries()) {
          const script = scripts[index % 3]!;
          if ('correctedBy' in each) {
            window.correct(second, each.correctedBy);
            await script.correct(key, second, each.correctedBy);
            continue;
          }
          nowMs += each.gapMs;
          const { kind, use, ...rest } = window.take(
            limits,
            { requests: each.requests, tokens: each.tokens },
            nowMs,
          );
          const time = [Math.floor(nowMs / 1_000), `${(nowMs % 1_000) * 1_000}`];
          const [admitted, refusedBy, waitMs, charged, ...used] = await script.takeAt(
            key,
            limits.requests ?? -1,
            limits.tokens ?? -1,
            each.requests,
            each.tokens,
            ...time,
          );
          expect(admitted === 1 ? 'admitted' : 'refused').toBe(kind);
          expect(used).toEqual([use.requests, use.tokens, use.requestsResetMs, use.tokensResetMs]);
          if ('waitMs' in rest) {
            expect([refusedBy === 1 ? 'rpm' : 'tpm', waitMs]).toEqual([rest.limit, rest.waitMs]);
          } else {
            expect(charged).toBe(rest.second);
            if (each.requests > 0) second = rest.second;
          }
        }
        await redis[0]!.del(key);
      }),
      { numRuns: 60, examples: [[lookAtAWrongTime, 20, 20]] },
    );
  }, 60_000);

  test('requests that come at once over several connections are admitted up to the limit and no further', async () => {
    const key = `test:{${randomUUID()}}`;
    const replies = await Promise.all(
      Array.from({ length: 300 }, (_, index) => scripts[index % 3]!.take(key, 25, -1, 1, 7)),
    );
    expect(replies.filter(([admitted]) => admitted === 1)).toHaveLength(25);
    const [, , , , requests, tokens] = await scripts[0]!.take(key, 25, -1, 0, 0);
    expect([requests, tokens]).toEqual([25, 175]);
    await redis[0]!.del(key);
  });

  test('what nobody asks for is forgotten, and to look leaves nothing behind', async () => {
    const key = `test:{${randomUUID()}}`;
    await scripts[0]!.take(key, 25, 100, 0, 0);
    expect(await redis[0]!.exists(key)).toBe(0);
    await scripts[0]!.take(key, 25, 100, 1, 10);
    await scripts[1]!.correct(key, Math.floor(Date.now() / 1_000), -5);
    const seconds = await redis[0]!.ttl(key);
    expect(seconds).toBeGreaterThan(60);
    expect(seconds).toBeLessThanOrEqual(122);
    await redis[0]!.del(key);
  });

  test('a full window is small, whatever the limit', async () => {
    const key = `test:{${randomUUID()}}`;
    for (let second = 0; second < 200; second += 1) {
      await scripts[0]!.takeAt(key, 4_000_000_000, 4_000_000_000, 1, 1_000_000, 1_700_000_000 + second, 0);
    }
    expect(await redis[0]!.strlen(key)).toBeLessThan(1_000);
    await redis[0]!.del(key);
  });
});
