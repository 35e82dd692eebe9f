import { startSystem, TestCustomer, type TestSystem } from '@tokenroute/testing';

const messages = [{ role: 'user', content: 'Hello' }];

describe('POST /v1/chat/completions with a key for other models', () => {
  let system: TestSystem;

  beforeAll(async () => {
    system = await startSystem();
  }, 60_000);

  afterAll(() => system.stop());

  test('403 names the model, and nothing is held', async () => {
    const customer = await TestCustomer.create(system, '1', { allowedModels: ['gpt-4o-mini'] });
    const answer = await customer.chat({ model: 'gpt-4o', messages });
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
      expect((await customer.chat({ model: 'gpt-4o-mini', messages })).status).toBe(200);
    }
  });
});
