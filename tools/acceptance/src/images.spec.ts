import { startSystem, TestCustomer, type TestSystem } from '@tokenroute/testing';
import { imagesFolder } from './config.js';
import { converse } from './converse.js';

/** `npm run images` makes the folder; making it takes too long for every run. */
const images = imagesFolder();

(images === undefined ? describe.skip : describe)('the files that images hold', () => {
  let system: TestSystem;

  beforeAll(async () => {
    system = await startSystem({ images, dashboard: true });
  }, 300_000);

  afterAll(() => system?.stop(), 60_000);

  test('are enough to migrate, start and answer a paid request', async () => {
    const customer = await TestCustomer.create(system, '1');
    const body = { model: 'gpt-4o-mini', stream: true, messages: [{ role: 'user', content: 'Hello' }] };
    const { status, complete } = await converse(system, customer, body);
    expect({ status, complete }).toEqual({ status: 200, complete: true });
    expect((await customer.settledAccount()).balanceNanoUsd).toBeLessThan(1_000_000_000n);
  });

  test('have the dashboard’s pages, and its way to auth', async () => {
    const { http } = system.addresses['dashboard-api']!;
    expect(await (await fetch(http)).text()).toContain('<div id="root">');
    const session = await fetch(`${http}/api/auth/get-session`);
    expect([session.status, await session.json()]).toEqual([200, null]);
  });
});
