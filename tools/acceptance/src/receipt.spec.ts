import { startSystem, TestCustomer, type TestSystem } from '@tokenroute/testing';
import { administer } from './administer.js';

/** 600 × 0.15 + 400 × 0.075 + 50 × 0.60 micro-USD. */
const used = '[[sim:usage=input:1000,output:50,cached:400]]';
const costUsd = '0.00015';

/** What an operator and the customer are told of a request, from the hold to the ledger. */
describe('a receipt', () => {
  let system: TestSystem;
  let customer: TestCustomer;

  beforeAll(async () => {
    system = await startSystem();
    customer = await TestCustomer.create(system, '1');
  }, 60_000);

  afterAll(() => system.stop());

  function chat(content: string, headers?: Record<string, string>) {
    const body = { model: 'gpt-4o-mini', messages: [{ role: 'user', content }] };
    return customer.chat(body, { headers });
  }

  test('answer, customer’s and operator’s receipt agree, also after the price has changed', async () => {
    const answer = await chat(used);
    const { cost, cost_details: details } = answer.json().usage;
    await administer(system, 'price', 'add', 'gpt-4o-mini', '--input', '9', '--output', '9');
    const id = answer.headers.get('x-request-id')!;
    const receipt = await administer(system, 'receipt', id);
    expect(cost).toBe(costUsd);
    expect(receipt).toMatchObject({
      id,
      account_id: customer.accountId,
      key_id: customer.key.id,
      state: 'settled',
      hold_usd: answer.headers.get('x-tokenroute-hold-usd'),
      cost_usd: cost,
      charged_usd: cost,
      items: details.items,
      price: { id: details.price_id, input_usd_per_million: '0.15' },
      entries: [
        { account_id: customer.accountId, account_kind: 'customer', amount_usd: `-${costUsd}` },
        { account_kind: 'revenue', amount_usd: costUsd },
      ],
    });
    const theirs = (await customer.request('GET', `/usage/${id}`)).json();
    expect(theirs).toMatchObject({ cost, charged: cost, cost_details: details });
  });

  test('of a request under way tells the hold and no cost yet', async () => {
    const response = await fetch(`${system.baseUrl}/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${customer.key.secret}` },
      body: JSON.stringify({
        model: 'gpt-4o-mini',
        stream: true,
        messages: [{ role: 'user', content: '[[sim:tokens=150;chunk-delay=20]]' }],
      }),
    });
    const id = response.headers.get('x-request-id')!;
    const open = await administer(system, 'receipt', id);
    expect(open).toMatchObject({ state: 'held', cost_usd: null, usage: null, items: [], entries: [] });
    const theirs = (await customer.request('GET', `/usage/${id}`)).json();
    expect(theirs).toMatchObject({ state: 'held', cost: null, charged: null, cost_details: null });
    expect(await response.text()).toContain('data: [DONE]');
    expect(await administer(system, 'receipt', id)).toMatchObject({ state: 'settled' });
  });
});
