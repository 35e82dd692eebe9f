import type { ListRequestsResponse, LoggedRequest } from '@tokenroute/contracts';
import { sharedSystem, type SharedSystem, TestCustomer } from '@tokenroute/testing';

describe('how a request went is told to billing with the end of its hold', () => {
  let system: SharedSystem;
  let customer: TestCustomer;

  beforeAll(async () => {
    system = await sharedSystem();
  }, 60_000);

  beforeEach(async () => {
    customer = await TestCustomer.create(system, '1');
  });

  afterAll(() => system.close());

  const request = (marker: string) => ({
    model: 'gpt-4o-mini',
    messages: [{ role: 'user', content: `Hello [[sim:${marker}]]` }],
  });
  const ask = (marker: string, stream: boolean) => customer.chat({ ...request(marker), stream });

  /** The only request of the customer, once it has ended. */
  async function ended(): Promise<LoggedRequest> {
    for (;;) {
      const { requests } = await new Promise<ListRequestsResponse>((resolve, reject) => {
        const everything = { keyId: '', model: '', state: '', result: '', pageSize: 0, pageToken: '' };
        const question = { accountId: customer.accountId, from: undefined, to: undefined, ...everything };
        system.operator.billingQuery.listRequests(question, (error, answer) =>
          error ? reject(error) : resolve(answer),
        );
      });
      if (requests[0] && requests[0].state !== 'held') return requests[0];
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  test('of a plain answer', async () => {
    await ask('ttfb=30', false);
    const { state, telemetry } = await ended();
    expect(state).toBe('settled');
    expect(telemetry).toEqual({
      httpStatus: 200,
      durationMs: expect.any(Number),
      firstTokenMs: undefined,
      streamed: false,
      finishReason: 'stop',
      upstreamModel: 'gpt-4o-mini-2024-07-18',
    });
    expect(telemetry!.durationMs).toBeGreaterThan(0);
  });

  test('of a stream, with the time to its first token', async () => {
    await ask('chunk-delay=5', true);
    const { telemetry } = await ended();
    expect(telemetry).toMatchObject({ httpStatus: 200, streamed: true, finishReason: 'stop' });
    expect(telemetry!.firstTokenMs).toBeLessThan(telemetry!.durationMs);
  });

  test.each([false, true])('of a failure that was free (streamed: %s)', async (stream) => {
    await ask('status=500', stream);
    const { state, telemetry } = await ended();
    expect(state).toBe('released');
    expect(telemetry).toMatchObject({
      httpStatus: 502,
      streamed: stream,
      finishReason: '',
      firstTokenMs: undefined,
    });
  });

  test('of a stream that broke off: it failed, whatever its head had said', async () => {
    expect((await ask('error-in-stream=3;chunk-delay=20', true)).status).toBe(200);
    const { telemetry } = await ended();
    expect(telemetry).toMatchObject({ httpStatus: 502, firstTokenMs: expect.any(Number) });
  });

  test('of a client that went away', async () => {
    const controller = new AbortController();
    const response = await fetch(`${system.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${customer.key.secret}` },
      body: JSON.stringify({ ...request('tokens=1000;chunk-delay=20'), stream: true }),
      signal: controller.signal,
    });
    await response.body!.getReader().read();
    controller.abort();
    expect((await ended()).telemetry).toMatchObject({ httpStatus: 499, finishReason: '' });
  });
});
