import { ledgerViolations, startSystem, TestCustomer, type TestSystem } from '@tokenroute/testing';

/** 100 output tokens at most; the ceiling is told by an answered request's hold. */
const body = {
  model: 'gpt-4o-mini',
  max_tokens: 100,
  messages: [{ role: 'user', content: 'Hello [[sim:ttfb=300]]' }],
};

describe('POST /v1/chat/completions without enough money', () => {
  let system: TestSystem;
  let ceilingUsd: string;

  beforeAll(async () => {
    system = await startSystem();
    const rich = await TestCustomer.create(system, '1');
    ceilingUsd = (await rich.chat(body)).headers.get('x-tokenroute-hold-usd')!;
  }, 60_000);

  afterAll(() => system.stop());

  test('402 says what the request could cost and what is available', async () => {
    const customer = await TestCustomer.create(system, '0.00001');
    const answer = await customer.chat(body);
    expect(answer.status).toBe(402);
    expect(answer.json()).toEqual({
      error: { message: expect.any(String), type: 'insufficient_quota', code: 402, param: null },
    });
    expect(answer.json().error.message).toContain('0.00001 USD');
    expect(answer.json().error.message).toContain(`${ceilingUsd} USD`);
  });

  test('a balance of exactly the ceiling is enough, one nano-USD less is not', async () => {
    const exact = await TestCustomer.create(system, ceilingUsd);
    expect((await exact.chat(body)).status).toBe(200);
    const nano = BigInt(Math.round(Number(ceilingUsd) * 1e9)) - 1n;
    const short = await TestCustomer.create(system, `0.${nano.toString().padStart(9, '0')}`);
    expect((await short.chat(body)).status).toBe(402);
  });

  test('200 requests at once on an account that affords 50 holds: each is paid for or refused, no overdraft', async () => {
    const nano = BigInt(Math.round(Number(ceilingUsd) * 1e9)) * 50n;
    const usd = `0.${nano.toString().padStart(9, '0')}`;
    const customer = await TestCustomer.create(system, usd);
    const answers = await Promise.all(Array.from({ length: 200 }, () => customer.chat(body)));
    const statuses = answers.map((answer) => answer.status);
    expect(new Set(statuses)).toEqual(new Set([200, 402]));
    const paid = answers.filter((answer) => answer.status === 200);
    expect(paid.length).toBeGreaterThanOrEqual(50);
    const account = await customer.settledAccount();
    const spent = paid.reduce((sum, answer) => {
      const { usage } = answer.json();
      return sum + BigInt(usage.prompt_tokens * 150 + usage.completion_tokens * 600);
    }, 0n);
    expect(account.balanceNanoUsd).toBe(nano - spent);
    expect(account.balanceNanoUsd).toBeGreaterThanOrEqual(0n);
    expect(await ledgerViolations(system)).toEqual([]);
  });

  test.each([
    ['the header', {}, { 'x-tokenroute-max-cost-usd': '0.00001' }],
    ['the member', { max_cost: '0.00001' }, {}],
    ['the member as a number', { max_cost: 0.00001 }, {}],
    ['the lower of both', { max_cost: '1' }, { 'x-tokenroute-max-cost-usd': '0.00001' }],
  ])(
    '402 when the ceiling is above the maximum in %s, saying both; nothing is held',
    async (_, members, headers) => {
      const customer = await TestCustomer.create(system, '1');
      const answer = await customer.chat({ ...body, ...members }, { headers });
      expect(answer.status).toBe(402);
      expect(answer.json().error).toMatchObject({ type: 'insufficient_quota', code: 402, param: 'max_cost' });
      expect(answer.json().error.message).toMatch(/up to [0-9.]+ USD, more than its maximum of 0\.00001 USD/);
      const account = await system.operator.findAccount(customer.accountId);
      expect(account).toMatchObject({ heldNanoUsd: 0n, balanceNanoUsd: 1_000_000_000n });
      const receipt = await customer.request('GET', `/usage/${answer.headers.get('x-request-id')}`);
      expect(receipt.status).toBe(404);
    },
  );

  test('a maximum of exactly the ceiling is enough', async () => {
    const customer = await TestCustomer.create(system, '1');
    const headers = { 'x-tokenroute-max-cost-usd': ceilingUsd };
    expect((await customer.chat(body, { headers })).status).toBe(200);
    expect((await customer.chat({ ...body, max_cost: ceilingUsd })).status).toBe(200);
  });
});
