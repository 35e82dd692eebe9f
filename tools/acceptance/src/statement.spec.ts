import { startSystem, TestCustomer, type TestSystem } from '@tokenroute/testing';
import { parseUsd } from '@tokenroute/money';
import { administer } from './administer.js';

interface Line {
  kind: string;
  id: string;
  amount_usd: string;
  charged_usd?: string;
}

/** From requests to the statement that an operator sends out. */
describe('a statement of this month', () => {
  let system: TestSystem;
  let customer: TestCustomer;

  beforeAll(async () => {
    system = await startSystem();
    customer = await TestCustomer.create(system, '1');
  }, 90_000);

  afterAll(() => system?.stop(), 30_000);

  test('has every request that was charged, and comes to the balance', async () => {
    const ids: string[] = [];
    for (let request = 0; request < 3; request += 1) {
      const body = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: `Hello ${request}` }] };
      const answer = await customer.chat(body);
      expect(answer.status).toBe(200);
      ids.push(answer.headers.get('x-request-id')!);
    }
    const { balanceNanoUsd } = await customer.settledAccount();
    const month = new Date().toISOString().slice(0, 7);
    const statement = await administer(system, 'statement', customer.accountId, month);
    const lines = statement['lines'] as Line[];
    expect(lines.map(({ kind }) => kind)).toEqual(['grant', 'charge', 'charge', 'charge']);
    expect(lines.slice(1).map(({ id }) => id)).toEqual(ids);
    for (const { amount_usd, charged_usd } of lines.slice(1)) expect(amount_usd).toBe(`-${charged_usd}`);
    const sum = lines.reduce((total, line) => total + parseUsd(line.amount_usd), 0n);
    expect(sum).toBe(balanceNanoUsd);
    expect(parseUsd(String(statement['closing_balance_usd']))).toBe(balanceNanoUsd);
    expect(statement).toMatchObject({ is_final: false, opening_balance_usd: '0.00' });
  });

  test('is told apart from what the house bears, which is nothing', async () => {
    expect(await administer(system, 'house-loss')).toEqual({
      since: null,
      total_usd: '0.00',
      reasons: [],
      expired_holds: '0',
      expired_holds_at_most_usd: '0.00',
    });
  });
});
