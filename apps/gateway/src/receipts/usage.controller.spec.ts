import { sharedSystem, TestCustomer, type SharedSystem } from '@tokenroute/testing';

const unknown = '01970000-0000-7000-8000-000000000000';

function chat(content: string): { model: string; messages: { role: string; content: string }[] } {
  return { model: 'gpt-4o-mini', messages: [{ role: 'user', content }] };
}

describe('GET /v1/usage/{request_id}', () => {
  let system: SharedSystem;
  let customer: TestCustomer;

  beforeAll(async () => {
    system = await sharedSystem();
    customer = await TestCustomer.create(system, '1');
  }, 60_000);

  afterAll(() => system.close());

  async function receiptOf(requestId: string, by = customer) {
    const answer = await by.request('GET', `/usage/${requestId}`);
    return { status: answer.status, body: answer.json() };
  }

  test('tells of an answered request what the answer told', async () => {
    const answer = await customer.chat(chat('[[sim:usage=input:1000,output:50,cached:400]]'));
    const { usage } = answer.json();
    const { status, body } = await receiptOf(answer.headers.get('x-request-id')!);
    expect(status).toBe(200);
    expect(body).toEqual({
      id: answer.headers.get('x-request-id'),
      object: 'usage',
      model: 'gpt-4o-mini',
      state: 'settled',
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      ended_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      hold_usd: answer.headers.get('x-tokenroute-hold-usd'),
      cost: '0.00015',
      charged: '0.00015',
      estimated: false,
      usage: {
        input_tokens: 1_000,
        cached_input_tokens: 400,
        cache_write_5m_tokens: 0,
        cache_write_1h_tokens: 0,
        audio_input_tokens: 0,
        output_tokens: 50,
        reasoning_tokens: 0,
      },
      cost_details: usage.cost_details,
    });
    expect(usage.cost_details.items).toHaveLength(3);
  });

  test('of a stream that told no usage, too', async () => {
    const answer = await customer.chat({ ...chat('Hello'), stream: true });
    const { body } = await receiptOf(answer.headers.get('x-request-id')!);
    expect(body).toMatchObject({ state: 'settled', estimated: false, cost: body.charged });
    expect(body.cost_details.items.length).toBeGreaterThan(0);
  });

  test('a request that the provider failed is released and cost nothing', async () => {
    const answer = await customer.chat(chat('[[sim:status=500]]'));
    expect(answer.status).toBe(502);
    await customer.settledAccount();
    const { body } = await receiptOf(answer.headers.get('x-request-id')!);
    expect(body).toMatchObject({ state: 'released', charged: '0.00', usage: null, cost_details: null });
  });

  test('a request of another account is a 404 like an unknown one', async () => {
    const stranger = await TestCustomer.create(system, '1');
    const answer = await customer.chat(chat('Hello'));
    const theirs = await receiptOf(answer.headers.get('x-request-id')!, stranger);
    expect(theirs.status).toBe(404);
    expect(theirs.body.error).toMatchObject({
      type: 'invalid_request_error',
      code: 404,
      param: 'request_id',
    });
    expect(await receiptOf(unknown)).toEqual(theirs);
    expect(await receiptOf('not-a-uuid')).toEqual(theirs);
  });

  test('another key of the same account may ask', async () => {
    const answer = await customer.chat(chat('Hello'));
    const { secret } = await system.createKey(customer.accountId);
    const response = await fetch(`${system.baseUrl}/usage/${answer.headers.get('x-request-id')}`, {
      headers: { authorization: `Bearer ${secret}` },
    });
    expect(response.status).toBe(200);
  });

  test('nobody may ask without a key', async () => {
    expect((await fetch(`${system.baseUrl}/usage/${unknown}`)).status).toBe(401);
  });
});
