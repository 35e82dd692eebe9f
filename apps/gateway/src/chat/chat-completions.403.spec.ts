import { sharedSystem, TestCustomer, type SharedSystem } from '@tokenroute/testing';
import pg from 'pg';

const body = { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hello' }] };

describe('POST /v1/chat/completions that is not permitted', () => {
  let system: SharedSystem;

  beforeAll(async () => {
    system = await sharedSystem();
  }, 60_000);

  afterAll(() => system.close());

  test('a key for other models: 403 names the model, and nothing is held', async () => {
    const customer = await TestCustomer.create(system, '1', { allowedModels: ['gpt-4o-mini'] });
    const answer = await customer.chat({ ...body, model: 'gpt-4o' });
    expect(answer.status).toBe(403);
    expect(answer.json()).toEqual({
      error: {
        message: 'This API key may not use the model `gpt-4o`.',
        type: 'permission_error',
        code: 403,
        param: 'model',
      },
    });
    const account = await system.operator.findAccount(customer.accountId);
    expect(account).toMatchObject({ balanceNanoUsd: 1_000_000_000n, heldNanoUsd: 0n });
  });

  test('an allowed model answers, by its name or by a wildcard', async () => {
    for (const allowed of ['gpt-4o-mini', 'gpt-*', '*mini']) {
      const customer = await TestCustomer.create(system, '1', { allowedModels: [allowed] });
      expect((await customer.chat(body)).status).toBe(200);
    }
  });

  async function freeze(customer: TestCustomer, frozen: boolean): Promise<void> {
    const database = new pg.Client({ connectionString: system.databaseUrl });
    await database.connect();
    await database.query(
      `UPDATE billing.accounts SET frozen_at = CASE WHEN $2 THEN now() END, frozen_reason = CASE WHEN $2 THEN 'test' END
       WHERE id = $1`,
      [customer.accountId, frozen],
    );
    await database.end();
  }

  test('a frozen account: 403 says so, and nothing is held; what was answered before is still given again', async () => {
    const customer = await TestCustomer.create(system, '1');
    const ask = (key: string) => customer.chat(body, { headers: { 'idempotency-key': key } });
    const before = await ask('before');
    await freeze(customer, true);
    for (const answer of [await customer.chat(body), await ask('after')]) {
      expect(answer.status).toBe(403);
      expect(answer.json().error).toEqual({
        message: expect.stringContaining('frozen'),
        type: 'permission_error',
        code: 403,
        param: null,
      });
    }
    expect((await ask('before')).text).toBe(before.text);
    expect(await system.operator.findAccount(customer.accountId)).toMatchObject({ heldNanoUsd: 0n });
    await freeze(customer, false);
    expect((await customer.chat(body)).status).toBe(200);
  });
});
