import { randomUUID } from 'node:crypto';
import { ReleaseRequest, ReleaseResponse, subjects } from '@tokenroute/contracts';
import { connectNats, createLogger } from '@tokenroute/service-kit';
import {
  type HttpAnswer,
  ledgerViolations,
  startSystem,
  TestCustomer,
  type TestSystem,
} from '@tokenroute/testing';
import { Redis } from 'ioredis';
import { namedHoldId } from './named-hold-id.js';

const initialNanoUsd = 1_000_000_000n;

describe('POST /v1/chat/completions with an Idempotency-Key', () => {
  let system: TestSystem;
  let customer: TestCustomer;
  let redis: Redis;

  beforeAll(async () => {
    system = await startSystem({
      environment: {
        // A dead gateway's holds come back after 8 s here, 20 s by default.
        billing: { GATEWAY_SILENCE_MS: '8000', SWEEP_INTERVAL_MS: '200' },
        gateway: { BILLING_TIMEOUT_MS: '500' },
      },
    });
    redis = new Redis(system.redisUrl);
    // Its outage is part of a test.
    redis.on('error', () => undefined);
  }, 120_000);

  beforeEach(async () => {
    customer = await TestCustomer.create(system, '1');
  });

  afterEach(async () => {
    expect(await ledgerViolations(system)).toEqual([]);
  });

  afterAll(async () => {
    redis.disconnect();
    await system.stop();
  });

  /** @param script for the simulator, of which `id` finds the request in its journal */
  function bodyOf(id: string, script = ''): { model: string; messages: { role: string; content: string }[] } {
    return { model: 'gpt-4o-mini', messages: [{ role: 'user', content: `Hello [[sim:id=${id}${script}]]` }] };
  }

  function ask(body: unknown, key: string, by = customer, signal?: AbortSignal): Promise<HttpAnswer> {
    return by.chat(body, { headers: { 'idempotency-key': key }, signal });
  }

  /** As a client does that was told to come back. */
  async function askUntilDone(body: unknown, key: string): Promise<HttpAnswer> {
    for (;;) {
      const answer = await ask(body, key);
      if (answer.status !== 409 && answer.status !== 503) return answer;
      expect(answer.headers.get('retry-after')).toBe('1');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async function dispatched(id: string): Promise<number> {
    const journal = await (await fetch(`${system.simulatorUrl}/_simulator/journal?id=${id}`)).json();
    return (journal as { entries: unknown[] }).entries.length;
  }

  async function untilDispatched(id: string, count = 1): Promise<void> {
    while ((await dispatched(id)) < count) await new Promise((resolve) => setTimeout(resolve, 10));
  }

  const spentNanoUsd = async (by = customer) => initialNanoUsd - (await by.settledAccount()).balanceNanoUsd;
  /** Of less than a dollar. */
  const costOf = (answer: HttpAnswer) =>
    BigInt((answer.json().usage.cost as string).split('.')[1]!.padEnd(9, '0'));
  const isReplay = (answer: HttpAnswer) => answer.headers.get('idempotency-replayed') === 'true';

  test('a repeat gets the same answer, marked as one, and costs nothing', async () => {
    const id = randomUUID();
    const body = { ...bodyOf(id), seed: 1 };
    const first = await ask(body, 'order 1');
    const again = await ask(body, 'order 1');
    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.text).toBe(first.text);
    expect([isReplay(first), isReplay(again)]).toEqual([false, true]);
    const kept = [
      'content-type',
      'content-length',
      'x-request-id',
      'x-tokenroute-hold-usd',
      'x-tokenroute-upstream-model',
    ];
    expect(kept.map((name) => again.headers.get(name))).toEqual(kept.map((name) => first.headers.get(name)));
    expect(await spentNanoUsd()).toBe(costOf(first));
    expect(await dispatched(id)).toBe(1);
    const receipt = await customer.request('GET', `/usage/${first.headers.get('x-request-id')}`);
    expect(receipt.json()).toMatchObject({ state: 'settled', charged: first.json().usage.cost });
  });

  test('of 20 requests at once one is answered by the provider; the others get its answer or are told to wait', async () => {
    const id = randomUUID();
    const body = bodyOf(id, ';ttfb=300');
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(body, id)));
    const whole = answers.filter(({ status }) => status === 200);
    const waiting = answers.filter(({ status }) => status === 409);
    expect(whole.length + waiting.length).toBe(20);
    expect(whole.filter((answer) => !isReplay(answer))).toHaveLength(1);
    expect(new Set(whole.map(({ text }) => text)).size).toBe(1);
    for (const answer of waiting) {
      expect(answer.headers.get('retry-after')).toBe('1');
      expect(answer.json().error).toMatchObject({ code: 409, param: 'Idempotency-Key' });
    }
    expect(isReplay(await ask(body, id))).toBe(true);
    expect(await dispatched(id)).toBe(1);
    expect(await spentNanoUsd()).toBe(costOf(whole[0]!));
  });

  test('the same key for another body is a 400, before and after the answer', async () => {
    const id = randomUUID();
    const slow = ask(bodyOf(id, ';ttfb=300'), id);
    await untilDispatched(id);
    const during = await ask(bodyOf(id), id);
    await slow;
    const after = await ask(bodyOf(id), id);
    for (const answer of [during, after]) {
      expect(answer.status).toBe(400);
      expect(answer.json().error).toMatchObject({
        type: 'invalid_request_error',
        param: 'Idempotency-Key',
        message: expect.stringContaining('another request body'),
      });
    }
    expect(await dispatched(id)).toBe(1);
  });

  test('after a failure of the provider a repeat is a real one, and the first that is answered is paid', async () => {
    const id = randomUUID();
    const body = bodyOf(id, ';times=2;invalid-json');
    const answers = [await ask(body, id), await ask(body, id), await ask(body, id), await ask(body, id)];
    expect(answers.map(({ status }) => status)).toEqual([502, 502, 200, 200]);
    expect(answers.map(isReplay)).toEqual([false, false, false, true]);
    expect(new Set(answers.map(({ headers }) => headers.get('x-request-id'))).size).toBe(3);
    expect(await dispatched(id)).toBe(3);
    expect(await spentNanoUsd()).toBe(costOf(answers[2]!));
  });

  test('a key whose attempts have all failed is given up', async () => {
    const id = randomUUID();
    const body = bodyOf(id, ';status=400');
    for (let attempt = 0; attempt < 20; attempt += 1) expect((await ask(body, id)).status).toBe(400);
    const last = await ask(body, id);
    expect(last.status).toBe(409);
    expect(last.json().error.message).toContain('Use a new key');
    expect(await dispatched(id)).toBe(20);
    expect(await spentNanoUsd()).toBe(0n);
  });

  test('when Redis has lost the answer a repeat is told where its receipt is, and costs nothing', async () => {
    const id = randomUUID();
    const first = await ask(bodyOf(id), id);
    await redis.flushall();
    const again = await ask(bodyOf(id), id);
    expect(again.status).toBe(409);
    expect(again.headers.get('retry-after')).toBeNull();
    const address = `/v1/usage/${first.headers.get('x-request-id')}`;
    expect(again.json().error).toMatchObject({ code: 409, message: expect.stringContaining(address) });
    expect((await customer.request('GET', address.slice(3))).json()).toMatchObject({ state: 'settled' });
    expect(await dispatched(id)).toBe(1);
    expect(await spentNanoUsd()).toBe(costOf(first));
  });

  test('an answer is kept for a day', async () => {
    const answer = await ask(bodyOf(randomUUID()), 'kept');
    const seconds = await redis.ttl(`tokenroute:idempotency:${answer.headers.get('x-request-id')}`);
    expect(seconds).toBeGreaterThan(86_000);
    expect(seconds).toBeLessThanOrEqual(86_400);
  });

  async function askAndGoAway(id: string, body: unknown): Promise<void> {
    const controller = new AbortController();
    const gone = ask(body, id, customer, controller.signal);
    await untilDispatched(id);
    controller.abort();
    await expect(gone).rejects.toThrow();
  }

  test('a client that goes away and asks again gets the answer, paid once', async () => {
    const id = randomUUID();
    const body = bodyOf(id, ';ttfb=500');
    await askAndGoAway(id, body);
    const answer = await askUntilDone(body, id);
    expect(answer.status).toBe(200);
    expect(isReplay(answer)).toBe(true);
    expect(await dispatched(id)).toBe(1);
    expect(await spentNanoUsd()).toBe(costOf(answer));
  });

  test('a failure that nobody waits for any more costs nothing, and a repeat is a real one', async () => {
    const id = randomUUID();
    const body = bodyOf(id, ';times=1;ttfb=500;invalid-json');
    await askAndGoAway(id, body);
    const answer = await askUntilDone(body, id);
    expect(answer.status).toBe(200);
    expect(isReplay(answer)).toBe(false);
    expect(await spentNanoUsd()).toBe(costOf(answer));
  });

  test('the gateway is killed in the middle: the repeat is answered and paid once', async () => {
    const id = randomUUID();
    const body = bodyOf(id, ';ttfb=1000');
    const cutOff = ask(body, id).catch(() => null);
    await untilDispatched(id);
    await system.kill('gateway', 'SIGKILL');
    expect(await cutOff).toBeNull();
    await system.restart('gateway');
    const answer = await askUntilDone(body, id);
    expect(answer.status).toBe(200);
    expect(isReplay(answer)).toBe(false);
    expect((await ask(body, id)).text).toBe(answer.text);
    expect(await dispatched(id)).toBe(2);
    expect(await spentNanoUsd()).toBe(costOf(answer));
  }, 60_000);

  test('billing is down when the answer comes: it ends without its cost, a repeat later has it', async () => {
    const id = randomUUID();
    const body = bodyOf(id, ';ttfb=1000');
    const under = ask(body, id);
    await untilDispatched(id);
    await system.kill('billing', 'SIGKILL');
    const first = await under;
    expect(first.status).toBe(200);
    expect(first.json().usage.cost).toBeUndefined();
    await system.restart('billing');
    const again = await askUntilDone(body, id);
    expect(again.json().choices).toEqual(first.json().choices);
    expect(isReplay(again)).toBe(true);
    expect(await dispatched(id)).toBe(1);
    expect(await spentNanoUsd()).toBe(costOf(again));
  }, 60_000);

  test('billing answers too late: the hold that it took by then is given back, and a repeat is a real one', async () => {
    const id = randomUUID();
    await system.kill('billing', 'SIGSTOP');
    const refused = await ask(bodyOf(id), id);
    await system.kill('billing', 'SIGCONT');
    expect(refused.status).toBe(503);
    const answer = await askUntilDone(bodyOf(id), id);
    expect(answer.status).toBe(200);
    expect(await dispatched(id)).toBe(1);
    expect(await spentNanoUsd()).toBe(costOf(answer));
  });

  test('a repeat that billing does not answer takes nothing from the request that is under way', async () => {
    const id = randomUUID();
    const body = bodyOf(id, ';ttfb=2500');
    const first = ask(body, id);
    await untilDispatched(id);
    await system.kill('billing', 'SIGSTOP');
    expect((await ask(body, id)).status).toBe(503);
    await system.kill('billing', 'SIGCONT');
    expect(isReplay(await first)).toBe(false);
    const again = await askUntilDone(body, id);
    expect([again.status, isReplay(again)]).toEqual([200, true]);
    expect(await dispatched(id)).toBe(1);
    expect(await spentNanoUsd()).toBe(costOf(again));
  });

  test('an answer whose hold was given back for a repeat is not given: there is one, that of the repeat', async () => {
    const id = randomUUID();
    const body = bodyOf(id, ';ttfb=800');
    const first = ask(body, id);
    await untilDispatched(id);
    // As another gateway does for a repeat, when this one has been silent for so long that the hold expired.
    await release(namedHoldId(customer.accountId, id, 0));
    const refused = await first;
    expect(refused.status).toBe(409);
    expect(refused.headers.get('retry-after')).toBe('1');
    expect(refused.json().error.param).toBe('Idempotency-Key');
    const answer = await askUntilDone(body, id);
    expect([answer.status, isReplay(answer)]).toEqual([200, false]);
    expect((await ask(body, id)).text).toBe(answer.text);
    expect(await spentNanoUsd()).toBe(costOf(answer));
  });

  async function release(holdId: string): Promise<void> {
    const nats = await connectNats(system.natsUrl, 'asking-again.spec', createLogger('test', 'fatal'));
    const payload = ReleaseRequest.encode({ items: [{ holdId, accountId: customer.accountId }] }).finish();
    const { data } = await nats.request(subjects.release, payload);
    expect(ReleaseResponse.decode(data).results[0]!.outcome?.$case).toBe('released');
    await nats.close();
  }

  test('the keys of an account share its names, two accounts do not', async () => {
    const id = randomUUID();
    const colleague = await system.createKey(customer.accountId);
    const stranger = await TestCustomer.create(system, '1');
    const first = await ask(bodyOf(id), id);
    const response = await fetch(`${system.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${colleague.secret}`, 'idempotency-key': id },
      body: JSON.stringify(bodyOf(id)),
    });
    expect(response.headers.get('idempotency-replayed')).toBe('true');
    expect(await response.text()).toBe(first.text);
    const theirs = await ask(bodyOf(id), id, stranger);
    expect([theirs.status, isReplay(theirs)]).toEqual([200, false]);
    expect(await dispatched(id)).toBe(2);
    expect(await spentNanoUsd()).toBe(costOf(first));
    expect(await spentNanoUsd(stranger)).toBe(costOf(theirs));
  });

  test.each(['', 'x'.repeat(256), 'schl\u00fcssel'])(
    'the key %p is a 400 that names the header',
    async (key) => {
      const answer = await ask(bodyOf(randomUUID()), key);
      expect(answer.status).toBe(400);
      expect(answer.json().error.param).toBe('Idempotency-Key');
      expect(await spentNanoUsd()).toBe(0n);
    },
  );

  test('a stream takes no notice of it', async () => {
    const id = randomUUID();
    const body = { ...bodyOf(id), stream: true };
    const answers = [await ask(body, 'x'.repeat(256)), await ask(body, id), await ask(body, id)];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await dispatched(id)).toBe(3);
  });

  test('while Redis is down requests are answered, and repeats are never charged', async () => {
    const id = randomUUID();
    await system.servers.redis.kill();
    const first = await ask(bodyOf(id), id);
    expect(first.status).toBe(200);
    const during = await ask(bodyOf(id), id);
    expect(during.status).toBe(503);
    expect(during.headers.get('retry-after')).toBe('1');
    await system.servers.redis.start();
    let after = during;
    while (after.status === 503) after = await ask(bodyOf(id), id);
    expect(after.status).toBe(409);
    expect(await dispatched(id)).toBe(1);
    expect(await spentNanoUsd()).toBe(costOf(first));
  });
});
