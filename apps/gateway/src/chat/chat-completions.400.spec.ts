import { startSystem, TestCustomer, type TestSystem } from '@tokenroute/testing';

const messages = [{ role: 'user', content: 'Hello' }];

describe('POST /v1/chat/completions, refused for what it says', () => {
  let system: TestSystem;
  let customer: TestCustomer;

  beforeAll(async () => {
    system = await startSystem({ environment: { gateway: { MAX_BODY_BYTES: '100000' } } });
    customer = await TestCustomer.create(system, '1');
  }, 60_000);

  afterAll(() => system.stop());

  afterEach(async () => {
    const account = await system.operator.findAccount(customer.accountId);
    expect(account).toMatchObject({ balanceNanoUsd: 1_000_000_000n, heldNanoUsd: 0n });
  });

  test.each([
    ['not JSON', '{"model":', 'The request body is not valid JSON.', null],
    ['no body', undefined, 'The request body is missing.', null],
    ['not an object', '[1]', 'The request body must be a JSON object.', null],
    ['no model', { messages }, 'model: is required.', 'model'],
    ['no messages', { model: 'gpt-4o' }, 'messages: is required.', 'messages'],
    ['empty messages', { model: 'gpt-4o', messages: [] }, 'messages: must not be empty.', 'messages'],
    [
      'too many completion tokens',
      { model: 'gpt-4o', messages, max_tokens: 16_385 },
      'max_tokens: gpt-4o gives at most 16384 completion tokens.',
      'max_tokens',
    ],
  ])('400 for %s, naming it', async (_, body, message, param) => {
    const answer = await customer.chat(body);
    expect(answer.status).toBe(400);
    expect(answer.json()).toEqual({ error: { message, type: 'invalid_request_error', code: 400, param } });
  });

  test.each([
    ['-0.01', 'negative'],
    ['1e-7', 'not a decimal'],
    ['0.0000000001', 'finer than a nano-USD'],
    ['', 'empty'],
    ['much', 'not a number'],
  ])('400 for a maximum cost of %j: %s', async (value) => {
    const headers = { 'x-tokenroute-max-cost-usd': value };
    const byHeader = await customer.chat({ model: 'gpt-4o', messages }, { headers });
    const byMember = await customer.chat({ model: 'gpt-4o', messages, max_cost: value });
    for (const [answer, param] of [
      [byHeader, 'x-tokenroute-max-cost-usd'],
      [byMember, 'max_cost'],
    ] as const) {
      expect(answer.status).toBe(400);
      expect(answer.json().error).toMatchObject({ type: 'invalid_request_error', param });
      expect(answer.json().error.message).toContain(`${param}: must be an amount of USD`);
    }
  });

  test('400 for a dry run asked for in words we do not know: it could have been meant', async () => {
    const headers = { 'x-tokenroute-dry-run': '1' };
    const answer = await customer.chat({ model: 'gpt-4o', messages }, { headers });
    expect(answer.status).toBe(400);
    expect(answer.json().error).toMatchObject({
      message: 'x-tokenroute-dry-run: must be true or false.',
      param: 'x-tokenroute-dry-run',
    });
  });

  test('400 for bytes that are not UTF-8', async () => {
    const response = await fetch(`${system.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${customer.key.secret}` },
      body: Buffer.from([0x7b, 0xff, 0x7d]),
    });
    expect(response.status).toBe(400);
  });

  test('400 keeps the provider’s own message and parameter', async () => {
    const content = '[[sim:status=400]]';
    const answer = await customer.chat({ model: 'gpt-4o-mini', messages: [{ role: 'user', content }] });
    expect(answer.status).toBe(400);
    expect(answer.json().error).toMatchObject({ type: 'invalid_request_error', code: 400 });
    await customer.settledAccount();
  });

  test('404 for a model that is not on offer, naming it', async () => {
    const answer = await customer.chat({ model: 'gpt-9', messages });
    expect(answer.status).toBe(404);
    expect(answer.json()).toEqual({
      error: {
        message: 'The model `gpt-9` does not exist. GET /v1/models lists the models on offer.',
        type: 'invalid_request_error',
        code: 404,
        param: 'model',
      },
    });
    expect((await customer.request('GET', '/models/gpt-9')).status).toBe(404);
  });

  test.each([
    ['GET', '/nowhere'],
    ['POST', '/embeddings'],
    ['GET', '/chat/completions'],
  ])('404 for %s %s, saying what there is', async (method, path) => {
    const answer = await customer.request(method, path, method === 'POST' ? {} : undefined);
    expect(answer.status).toBe(404);
    expect(answer.json().error).toMatchObject({ type: 'invalid_request_error', code: 404, param: null });
    expect(answer.json().error.message).toContain(`/v1${path}`);
  });

  test('413 for a body that is too large, telling the limit', async () => {
    const content = 'x'.repeat(100_001);
    const answer = await customer.chat({ model: 'gpt-4o-mini', messages: [{ role: 'user', content }] });
    expect(answer.status).toBe(413);
    expect(answer.json()).toEqual({
      error: {
        message: 'The request body is larger than 100000 bytes.',
        type: 'invalid_request_error',
        code: 413,
        param: null,
      },
    });
  });
});
