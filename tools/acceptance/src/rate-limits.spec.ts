import { setTimeout as delay } from 'node:timers/promises';
import { startSystem, TestCustomer, type TestSystem } from '@tokenroute/testing';

const requestsPerMinute = 60;
const tokensPerMinute = 10_000;
const overloadMs = 30_000;
/** Long enough to see a window slide past its end. */
const durationMs = 74_000;
const windowMs = 60_000;

/** About 163 tokens: 60 of them use 98% of the tokens. */
const body = {
  model: 'gpt-4o-mini',
  max_tokens: 150,
  messages: [{ role: 'user', content: 'Hello [[sim:tokens=150]]' }],
};

/** When a request was admitted is between these two. */
interface Asked {
  sentAtMs: number;
  answeredAtMs: number;
  status: number;
  tokens: number;
  retryAfterSeconds: number;
}

describe('the limits of a key with three gateways', () => {
  let system: TestSystem;

  beforeAll(async () => {
    system = await startSystem({ gateways: 3 });
  }, 120_000);

  afterAll(() => system.stop(), 30_000);

  async function ask(customer: TestCustomer, gateway: number): Promise<Asked> {
    const sentAtMs = performance.now();
    const response = await fetch(`${system.gatewayUrls[gateway % 3]}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${customer.key.secret}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer = (await response.json()) as { usage?: { total_tokens: number } };
    return {
      sentAtMs,
      answeredAtMs: performance.now(),
      status: response.status,
      tokens: answer.usage?.total_tokens ?? 0,
      retryAfterSeconds: Number(response.headers.get('retry-after')),
    };
  }

  /** Nine clients that know no mercy for half a minute, and little after it. */
  async function overload(customer: TestCustomer): Promise<Asked[]> {
    const asked: Asked[] = [];
    const startedAtMs = performance.now();
    const client = async (index: number) => {
      for (;;) {
        const elapsedMs = performance.now() - startedAtMs;
        if (elapsedMs > durationMs) return;
        asked.push(await ask(customer, index));
        await delay(elapsedMs < overloadMs ? 20 : 500);
      }
    };
    await Promise.all(Array.from({ length: 9 }, (_, index) => client(index)));
    return asked;
  }

  /** Alone on its key; waits as long as it is told, and goes to another gateway each time. */
  async function politely(customer: TestCustomer, pauseMs: number): Promise<number[]> {
    const statuses: number[] = [];
    const endsAtMs = performance.now() + durationMs;
    for (let leftMs = durationMs; leftMs > 0; leftMs = endsAtMs - performance.now()) {
      const { status, retryAfterSeconds } = await ask(customer, statuses.length);
      statuses.push(status);
      await delay(Math.min(status === 429 ? retryAfterSeconds * 1_000 : pauseMs, leftMs));
    }
    return statuses;
  }

  function expectWithinLimits(admitted: Asked[]): void {
    for (const { sentAtMs } of admitted) {
      const within = admitted.filter(
        (other) => other.sentAtMs >= sentAtMs && other.answeredAtMs <= sentAtMs + windowMs,
      );
      expect(within.length).toBeLessThanOrEqual(requestsPerMinute);
      expect(tokensOf(within)).toBeLessThanOrEqual(tokensPerMinute);
    }
  }

  test('under overload they are never exceeded and used up, and who obeys Retry-After is never refused twice', async () => {
    const create = (limits: { requestsPerMinute?: number; tokensPerMinute?: number }) =>
      TestCustomer.create(system, '10', limits);
    const [crowd, byRequests, byTokens, byBoth] = await Promise.all([
      create({ requestsPerMinute, tokensPerMinute }),
      create({ requestsPerMinute: 20 }),
      create({ tokensPerMinute: 3_000 }),
      create({ requestsPerMinute: 15, tokensPerMinute: 2_500 }),
    ]);
    const startedAtMs = performance.now();
    const [asked, ...polite] = await Promise.all([
      overload(crowd),
      politely(byRequests, 700),
      politely(byTokens, 500),
      politely(byBoth, 900),
    ]);

    expect(new Set(asked.map(({ status }) => status))).toEqual(new Set([200, 429]));
    const admitted = asked.filter(({ status }) => status === 200);
    expectWithinLimits(admitted);
    const early = admitted.filter(({ answeredAtMs }) => answeredAtMs - startedAtMs < overloadMs);
    expect(early.length).toBeGreaterThanOrEqual(requestsPerMinute * 0.95);
    expect(tokensOf(early)).toBeGreaterThanOrEqual(tokensPerMinute * 0.95);
    // The next window's worth came as soon as the first one was over.
    expect(admitted.length).toBeGreaterThanOrEqual(requestsPerMinute * 2 * 0.95);

    for (const statuses of polite) {
      expect(new Set(statuses)).toEqual(new Set([200, 429]));
      expect(statuses.filter((status, index) => status === 429 && statuses[index - 1] === 429)).toEqual([]);
    }
  }, 110_000);
});

function tokensOf(asked: Asked[]): number {
  return asked.reduce((total, { tokens }) => total + tokens, 0);
}
