import type { CompleteRequest } from '@tokenroute/contracts';
import { Fault } from '@tokenroute/faults';
import { metricsText } from '@tokenroute/service-kit';
import { Cancellation } from './cancellation.js';
import type { ProviderHttp } from './completion.js';
import { HttpAdapter } from './http-adapter.js';
import { KeyRing } from './key-ring.js';
import type { ProviderDialect } from './provider-dialect.js';

const dialect = {
  providerName: 'Provider',
  telemetryName: 'provider-of-keys',
  cancelStopsMeter: false,
  authorize: (key: string) => ({ authorization: key }),
  toRequest: () => ({ path: '/chat', headers: { accept: 'json' }, body: '{}', ignoredParams: [] }),
  fromResponse: (body: string) => ({
    completed: { tail: Buffer.from(body), usageMembersAt: 0 },
    usage: null,
    finishReason: 'stop',
  }),
  fromError: (status: number) =>
    new Fault(status === 400 ? 'invalid-request' : 'upstream', `status ${status}`, {
      alarm: [401, 403].includes(status),
    }),
} as unknown as ProviderDialect;

type Answer = number | { status: number; retryAfter: string };

describe('a completion with several keys', () => {
  let asked: string[];
  let answers: Record<string, Answer>;
  beforeEach(() => {
    asked = [];
    answers = {};
  });

  const http: ProviderHttp = {
    post: (_path, headers, credentials) => {
      expect(headers).toEqual({ accept: 'json' });
      const key = credentials['authorization']!;
      asked.push(key);
      const answer = answers[key] ?? 200;
      const { status, retryAfter } =
        typeof answer === 'number' ? { status: answer, retryAfter: undefined } : answer;
      return Promise.resolve({
        status,
        header: (name) => (name === 'retry-after' ? retryAfter : undefined),
        body: (async function* () {})(),
        text: () => Promise.resolve('{}'),
      });
    },
    toFault: (error) => error,
  };

  function adapterOf(keys: string[]) {
    const ring = new KeyRing(
      keys.map((key) => ({ key, weight: 1 })),
      { authorize: dialect.authorize, now: () => 0 },
    );
    const adapter = new HttpAdapter(dialect, http, ring, {
      firstByteTimeoutMs: 5_000,
      readAfterCancelMs: 5_000,
      maxInFlight: 10,
      maxStreamBytes: 1024,
    });
    const request = { stream: false, body: Buffer.from('0123456789') } as CompleteRequest;
    return (cancelled = new Cancellation()) =>
      adapter.complete(
        request,
        { head: () => undefined, data: () => undefined },
        { cancelled, gone: new Cancellation() },
      );
  }

  test.each([401, 403])(
    'that are refused with %d is tried with another at once, and later too',
    async (status) => {
      answers = { a: status };
      const complete = adapterOf(['a', 'b']);
      expect((await complete()).end?.$case).toBe('completed');
      await complete();
      expect(asked).toEqual(['a', 'b', 'b']);
    },
  );

  test('that is limited for long is tried with another at once; the limited one rests', async () => {
    answers = { a: { status: 429, retryAfter: '60' } };
    const complete = adapterOf(['a', 'b']);
    expect((await complete()).end?.$case).toBe('completed');
    await complete();
    expect(asked).toEqual(['a', 'b', 'b']);
  });

  test('is tried twice, not with every key there is', async () => {
    answers = { a: 401, b: 401, c: 401 };
    await expect(adapterOf(['a', 'b', 'c'])()).rejects.toMatchObject({ publicMessage: 'status 401' });
    expect(asked).toEqual(['a', 'b']);
  });

  test('gets the provider’s own error when no key is left, with its time to wait', async () => {
    answers = { a: { status: 429, retryAfter: '60' }, b: { status: 429, retryAfter: '30' } };
    const complete = adapterOf(['a', 'b']);
    await expect(complete()).rejects.toMatchObject({ code: 'upstream', retryAfterSeconds: 30 });
    await expect(complete()).rejects.toMatchObject({ code: 'upstream', retryAfterSeconds: 30 });
    expect(asked).toEqual(['a', 'b', 'b']);
  });

  test('that was its caller’s own mistake is tried with no other key', async () => {
    answers = { a: 400 };
    await expect(adapterOf(['a', 'b'])()).rejects.toMatchObject({ code: 'invalid-request' });
    expect(asked).toEqual(['a']);
  });

  test('that was cancelled meanwhile is tried with no other key', async () => {
    answers = { a: 401 };
    const complete = adapterOf(['a', 'b']);
    const cancelled = new Cancellation();
    const outcome = complete(cancelled);
    while (asked.length === 0) await Promise.resolve();
    cancelled.abort();
    await expect(outcome).rejects.toMatchObject({ publicMessage: 'status 401' });
    expect(asked).toEqual(['a']);
  });

  test('is told by its key’s fingerprint, with what became of it', async () => {
    answers = { 'sk-1': 401 };
    await adapterOf(['sk-1', 'sk-2'])();
    const text = await metricsText();
    const its = text.split('\n').filter((line) => line.includes('key="0f2c10bf"'));
    const labels = 'gen_ai_provider_name="provider-of-keys",key="0f2c10bf"';
    expect(its).toEqual([
      `tokenroute_provider_key_requests_total{${labels}} 1`,
      `tokenroute_provider_key_refusals_total{${labels},reason="refused"} 1`,
      `tokenroute_provider_key_refusals_total{${labels},reason="limited"} 0`,
      `tokenroute_provider_key_healthy{${labels}} 0`,
    ]);
    expect(text).not.toContain('sk-1');
  });
});
