import { randomUUID } from 'node:crypto';
import { StripeSimulator } from '@tokenroute/stripe-simulator';
import { ledgerViolations, startSystem, TestCustomer, type TestSystem } from '@tokenroute/testing';
import { administer } from './administer.js';

/** From the payment page to the balance, through the product as it runs, with a stand-in of Stripe's API. */
describe('a top-up', () => {
  let stripe: StripeSimulator;
  let system: TestSystem;

  beforeAll(async () => {
    stripe = await StripeSimulator.start();
    system = await startSystem({
      environment: {
        billing: {
          STRIPE_SECRET_KEY: 'sk_test_1',
          STRIPE_WEBHOOK_SECRET: stripe.webhookSecret,
          STRIPE_API_URL: stripe.url,
          PAYMENTS_INTERVAL_MS: '100',
        },
      },
    });
    stripe.webhookUrl = `${system.addresses['billing']!.http}/webhooks/stripe`;
  }, 90_000);

  afterAll(async () => {
    await system.stop();
    await stripe.stop();
  });

  async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
    const giveUp = Date.now() + 30_000;
    while (!(await condition())) {
      if (Date.now() > giveUp) throw new Error(`never: ${what}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  const balanceOf = async (account: string) => (await system.operator.findAccount(account))!.balanceNanoUsd;
  const usd = (amount: number) => BigInt(amount) * 1_000_000_000n;

  async function openCheckout(account: string, amount: string, ...more: string[]): Promise<string> {
    const answer = await administer(
      system,
      'topup',
      'create',
      '--account',
      account,
      '--usd',
      amount,
      ...more,
    );
    return (answer['checkout_url'] as string).split('/').at(-1)!;
  }

  test('pays for requests; disputed, the account is frozen; won, it goes on', async () => {
    const customer = await TestCustomer.create(system, '0');
    const ask = () => customer.chat({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'hello' }] });
    expect((await ask()).status).toBe(402);
    const intent = stripe.payCheckout(await openCheckout(customer.accountId, '10'));
    await stripe.delivered();
    await until(async () => (await balanceOf(customer.accountId)) === usd(10), 'credited');
    expect((await ask()).status).toBe(200);

    const dispute = stripe.dispute(intent.id);
    await stripe.delivered();
    await until(
      async () => (await system.operator.findAccount(customer.accountId))!.balanceNanoUsd === 0n,
      'disputed',
    );
    const frozen = await ask();
    expect([frozen.status, frozen.text]).not.toContain(200);
    expect([402, 403]).toContain(frozen.status);
    stripe.closeDispute(dispute.id, 'won');
    await stripe.delivered();
    await until(async () => (await ask()).status === 200, 'goes on');
    const listed = await administer(system, 'topup', 'list', '--account', customer.accountId);
    expect(listed).toMatchObject({
      payments: [{ state: 'credited', amount_usd: '10.00', disputed_usd: '0.00' }],
    });
    expect(await ledgerViolations(system)).toEqual([]);
  }, 60_000);

  test('is credited though the process that took its event died at once', async () => {
    const account = await system.createAccount('0');
    stripe.hold();
    stripe.payCheckout(await openCheckout(account, '7'));
    for (const event of stripe.outbox) expect(await stripe.send(event)).toBe(200);
    await system.kill('billing', 'SIGKILL');
    await system.restart('billing');
    await until(async () => (await balanceOf(account)) === usd(7), 'credited');
    for (const event of stripe.outbox.splice(0)) expect(await stripe.send(event)).toBe(200);
    await stripe.release();
    expect(await balanceOf(account)).toBe(usd(7));
    expect(await ledgerViolations(system)).toEqual([]);
  }, 60_000);

  test('is credited while NATS is away, and told of when it is back', async () => {
    const account = await system.createAccount('0');
    const session = await openCheckout(account, '9');
    await system.servers.nats.kill();
    stripe.payCheckout(session);
    await stripe.delivered();
    await until(async () => (await balanceOf(account)) === usd(9), 'credited');
    await system.servers.nats.start();
    await until(async () => (await published(account)) === 'topped-up', 'published');
  }, 90_000);

  /** The kinds of an account's events that the stream has acknowledged. */
  async function published(account: string): Promise<string> {
    const { default: pg } = await import('pg');
    const client = new pg.Client({ connectionString: system.databaseUrl });
    await client.connect();
    try {
      const { rows } = await client.query<{ kinds: string | null }>(
        `SELECT string_agg(kind, ' ' ORDER BY sequence) AS kinds FROM billing.billing_events
         WHERE account_id = $1 AND published_at IS NOT NULL`,
        [account],
      );
      return rows[0]!.kinds ?? '';
    } finally {
      await client.end();
    }
  }

  test('is administered: settings, a freeze, its end, and the events that need somebody', async () => {
    const account = await system.createAccount('0');
    const session = await openCheckout(account, '10', '--save-payment-method');
    stripe.payCheckout(session);
    await stripe.delivered();
    const settings = (...options: string[]) =>
      administer(system, 'topup', 'settings', '--account', account, ...options);
    await until(async () => (await settings())['has_payment_method'] === true, 'card saved');
    const automatic = ['--threshold', '5', '--amount', '20', '--monthly-cap', '50'];
    expect(await settings('--low-balance', '8', ...automatic)).toMatchObject({
      low_balance_usd: '8.00',
      threshold_usd: '5.00',
      amount_usd: '20.00',
      monthly_cap_usd: '50.00',
      paused_reason: null,
    });
    expect(await settings('--no-automatic')).toMatchObject({ low_balance_usd: '8.00', threshold_usd: null });
    expect(await administer(system, 'account', 'freeze', account, '--reason', 'looks odd')).toMatchObject({
      frozen_reason: 'looks odd',
    });
    await expect(openCheckout(account, '10')).rejects.toThrow(/frozen: looks odd/);
    expect(await administer(system, 'account', 'unfreeze', account)).toMatchObject({ frozen_at: null });
    await expect(openCheckout(account, '10.001')).rejects.toThrow(/amount_nano_usd: must be whole US cents/);
    expect(await administer(system, 'topup', 'events')).toMatchObject({ events: [] });
    await expect(administer(system, 'topup', 'retry', randomUUID())).rejects.toThrow(
      /no failed or held event/,
    );
  }, 60_000);
});
