import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { credentials, Metadata } from '@grpc/grpc-js';
import { BillingPaymentsServiceClient, type CreateTopUpResponse } from '@tokenroute/contracts';
import { StripeSimulator } from '@tokenroute/stripe-simulator';
import { ledgerViolations, startSystem, testServers, type TestSystem } from '@tokenroute/testing';
import pg from 'pg';
import { type CrashTrap, TrappedService } from './trapped-service.js';

const usd = (amount: bigint) => amount * 1_000_000_000n;

/** Billing dies before, during and after each write of what a payment provider tells; the money has moved once afterwards. */
describe('a crash of billing while it is told of a payment', () => {
  let stripe: StripeSimulator;
  let system: TestSystem;
  let database: pg.Client;
  let payments: BillingPaymentsServiceClient;
  let billing: TrappedService;

  beforeAll(async () => {
    const folder = join(testServers().folder, `traps-${randomUUID().slice(0, 8)}`);
    mkdirSync(folder);
    billing = new TrappedService('billing', folder);
    stripe = await StripeSimulator.start();
    system = await startSystem({
      environment: {
        billing: {
          ...billing.environment,
          STRIPE_SECRET_KEY: 'sk_test_1',
          STRIPE_WEBHOOK_SECRET: stripe.webhookSecret,
          STRIPE_API_URL: stripe.url,
          // Events are processed when they come, and when billing starts: no look between them falls into a trap.
          PAYMENTS_INTERVAL_MS: '3600000',
        },
      },
    });
    stripe.webhookUrl = `${system.addresses['billing']!.http}/webhooks/stripe`;
    payments = new BillingPaymentsServiceClient(
      system.addresses['billing']!.grpc!,
      credentials.createInsecure(),
    );
    database = new pg.Client({ connectionString: system.databaseUrl });
    await database.connect();
  }, 120_000);

  afterAll(async () => {
    payments?.close();
    await database?.end();
    await system?.stop();
    await stripe?.stop();
  });

  /** A top-up of 10 USD that waits for its customer. @returns the payment page's session */
  async function openTopUp(accountId: string): Promise<string> {
    const request = {
      id: randomUUID(),
      accountId,
      amountNanoUsd: usd(10n),
      successUrl: 'https://example.com/paid',
      cancelUrl: 'https://example.com/back',
      savePaymentMethod: false,
    };
    const { checkoutUrl } = await new Promise<CreateTopUpResponse>((resolve, reject) => {
      const options = { deadline: Date.now() + 20_000, waitForReady: true };
      payments.createTopUp(request, new Metadata(), { ...options }, (error, answer) =>
        error ? reject(error) : resolve(answer),
      );
    });
    return checkoutUrl.split('/').at(-1)!;
  }

  async function balanceIs(accountId: string, balance: bigint): Promise<void> {
    while ((await system.operator.findAccount(accountId))?.balanceNanoUsd !== balance) await pause(20);
  }

  /** Every event was told, was answered, and led to something. */
  async function eventsAreDone(): Promise<void> {
    await stripe.delivered();
    // As Stripe does with what was not answered.
    await stripe.release();
    for (;;) {
      const { rows } = await database.query<{ open: boolean }>(
        `SELECT EXISTS (SELECT FROM billing.stripe_events WHERE state = 'received') AS open`,
      );
      if (!rows[0]!.open) return;
      await pause(20);
    }
  }

  async function movementsOf(accountId: string): Promise<string[]> {
    const { rows } = await database.query<{ movement: string }>(
      `SELECT t.kind || ' ' || e.amount_nano_usd AS movement
       FROM billing.entries e JOIN billing.transactions t ON t.id = e.transaction_id
       WHERE e.account_id = $1 AND t.kind <> 'grant' ORDER BY t.created_at`,
      [accountId],
    );
    return rows.map(({ movement }) => movement);
  }

  const flows = {
    payment: { balance: usd(11n), movements: [`top-up ${usd(10n)}`] },
    refund: { balance: usd(7n), movements: [`top-up ${usd(10n)}`, `refund -${usd(4n)}`] },
    dispute: { balance: usd(1n), movements: [`top-up ${usd(10n)}`, `dispute -${usd(10n)}`] },
  };

  interface Case extends CrashTrap {
    flow: keyof typeof flows;
  }

  const moments = ['before', 'sent', 'answered'] as const;
  const each = (flow: Case['flow'], at: string): Case[] =>
    moments.map((moment) => ({ flow, at, moment, occurrence: 1 }));

  test.each<Case>([
    ...each('payment', 'store_stripe_event'),
    ...each('payment', 'apply_payment'),
    ...each('payment', 'end_stripe_event'),
    { flow: 'payment', at: 'COMMIT', moment: 'before', occurrence: 1 },
    { flow: 'payment', at: 'COMMIT', moment: 'answered', occurrence: 1 },
    ...each('refund', 'apply_refund'),
    ...each('dispute', 'apply_dispute'),
  ])(
    '$moment $at: a $flow moves its money once',
    async ({ flow, ...trap }) => {
      const accountId = await system.createAccount('1');
      const session = await openTopUp(accountId);
      if (flow === 'payment') billing.set(trap);
      const intent = stripe.payCheckout(session);
      if (flow !== 'payment') {
        await balanceIs(accountId, usd(11n));
        await eventsAreDone();
        billing.set(trap);
        if (flow === 'refund') stripe.refund(intent.id, 400);
        else stripe.dispute(intent.id);
      }
      await billing.died(system);
      await system.restart('billing');
      await eventsAreDone();
      await balanceIs(accountId, flows[flow].balance);
      expect(await movementsOf(accountId)).toEqual(flows[flow].movements);
      expect(await ledgerViolations(system)).toEqual([]);
    },
    60_000,
  );
});
