import { ledgerViolations, startSystem, TestCustomer, type TestSystem } from '@tokenroute/testing';

describe('POST /v1/chat/completions when the provider fails', () => {
  let system: TestSystem;
  let customer: TestCustomer;

  beforeAll(async () => {
    system = await startSystem({
      environment: { 'adapter-openai': { FIRST_BYTE_TIMEOUT_MS: '500', IDLE_TIMEOUT_MS: '500' } },
    });
    customer = await TestCustomer.create(system, '1');
  }, 60_000);

  afterAll(() => system.stop());

  afterEach(async () => {
    expect((await customer.settledAccount()).balanceNanoUsd).toBe(1_000_000_000n);
    expect(await ledgerViolations(system)).toEqual([]);
  });

  function ask(marker: string, stream: boolean) {
    return customer.chat({
      model: 'gpt-4o-mini',
      stream,
      messages: [{ role: 'user', content: `A question of some length [[sim:${marker}]]` }],
    });
  }

  for (const stream of [false, true]) {
    const kind = stream ? 'streamed' : 'plain';

    test.each([
      'status=500',
      'status=503',
      'status=401',
      'status=402',
      'status=403',
      'status=429',
      'stall',
      'invalid-json',
      'cut=1',
    ])(`502 for ${kind} %s, and nothing is charged`, async (marker) => {
      const answer = await ask(marker, stream);
      expect(answer.status).toBe(502);
      expect(answer.json()).toEqual({
        error: { message: expect.stringContaining('OpenAI'), type: 'upstream_error', code: 502, param: null },
      });
    });
  }

  test('Retry-After of the provider is kept', async () => {
    const answer = await ask('status=429;retry-after=7', false);
    expect(answer.headers.get('retry-after')).toBe('7');
  });

  test.each(['cut=1500', 'no-finish', 'stall-after=3', 'error-in-stream=3;chunk-delay=20'])(
    'a stream that breaks off (%s) ends with an error event and without [DONE], and costs nothing',
    async (marker) => {
      const answer = await ask(marker, true);
      expect(answer.status).toBe(200);
      expect(answer.text).not.toContain('[DONE]');
      const last = answer.text.trimEnd().split('\n\n').at(-1)!;
      expect(JSON.parse(last.replace('data: ', ''))).toMatchObject({
        error: { type: 'upstream_error', code: 502 },
      });
    },
  );
});
