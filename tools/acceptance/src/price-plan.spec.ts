import { ledgerViolations, sharedSystem, TestCustomer, type SharedSystem } from '@tokenroute/testing';
import { administer } from './administer.js';

/** 1,000 × 0.15 + 50 × 0.60 micro-USD at list price. */
const used = '[[sim:usage=input:1000,output:50]]';

/** An operator gives an account prices of its own. */
describe("an account's own prices", () => {
  let system: SharedSystem;

  beforeAll(async () => {
    system = await sharedSystem();
  }, 60_000);

  afterAll(async () => {
    const violations = await ledgerViolations(system);
    system.close();
    expect(violations).toEqual([]);
  });

  function chat(customer: TestCustomer, content: string, headers?: Record<string, string>) {
    const body = { model: 'gpt-4o-mini', messages: [{ role: 'user', content }] };
    return customer.chat(body, { headers });
  }

  const plan = (customer: TestCustomer, ...args: string[]) =>
    administer(system, 'price-plan', 'add', customer.accountId, ...args);

  async function inputPriceOf(customer: TestCustomer): Promise<string> {
    return (await customer.request('GET', '/models/gpt-4o-mini')).json().pricing.input;
  }

  test('are what is listed, quoted, held and charged; everybody else pays the list price', async () => {
    const [favoured, other] = [
      await TestCustomer.create(system, '1'),
      await TestCustomer.create(system, '1'),
    ];
    const before = (await chat(favoured, used, { 'x-tokenroute-dry-run': 'true' })).json();
    const { id } = await plan(favoured, '--percent', '90', '--reason', 'contract 7');
    const answer = await chat(favoured, used);
    const quote = (await chat(favoured, used, { 'x-tokenroute-dry-run': 'true' })).json();
    expect(answer.json().usage.cost).toBe('0.000162');
    expect((await chat(other, used)).json().usage.cost).toBe('0.00018');
    expect([await inputPriceOf(favoured), await inputPriceOf(other)]).toEqual(['0.135', '0.15']);
    expect(answer.headers.get('x-tokenroute-hold-usd')).toBe(quote.ceiling_usd);
    expect(Number(quote.ceiling_usd)).toBeLessThan(Number(before.ceiling_usd));
    expect(await administer(system, 'receipt', answer.headers.get('x-request-id')!)).toMatchObject({
      price: { input_usd_per_million: '0.15' },
      price_plan: { id, percent: '90', reason: 'contract 7' },
      charged_usd: '0.000162',
      items: [
        { kind: 'input', usd_per_million: '0.135', usd: '0.000135' },
        { kind: 'output', usd_per_million: '0.54', usd: '0.000027' },
      ],
    });
  });

  test('one for a model goes before one for all, and a hold keeps the plan it was taken with', async () => {
    const customer = await TestCustomer.create(system, '1');
    await plan(customer, '--percent', '50');
    await plan(customer, '--percent', '200', '--model', 'gpt-4o-mini');
    const answer = chat(customer, '[[sim:usage=input:1000,output:50;ttfb=4000]]');
    for (;;) {
      const { held_usd: held } = await administer(system, 'account', 'show', customer.accountId);
      if (held !== '0.00') break;
    }
    await plan(customer, '--percent', '100', '--model', 'gpt-4o-mini');
    expect((await answer).json().usage.cost).toBe('0.00036');
    expect((await chat(customer, used)).json().usage.cost).toBe('0.00018');
  });

  test.each([
    [['--percent', '0'], /basis_points: must be from 1 to 100000/],
    [['--percent', '90', '--model', 'no-such-model'], /no such account or model/],
    [['--percent', '90', '--effective-from', '2020-01-01T00:00:00Z'], /effective_from: is past/],
    [['--percent', 'many'], /percentage such as 90/],
  ])('are refused by name: %j', async (args, message) => {
    const customer = await TestCustomer.create(system, '1');
    await expect(plan(customer, ...args)).rejects.toThrow(message);
  });
});
