import { jest } from '@jest/globals';
import { StripeSimulator } from '@tokenroute/stripe-simulator';
import { startSystem, type TestSystem } from '@tokenroute/testing';
import pg from 'pg';
import type { Browser } from 'playwright-core';
import { launchBrowser, openBrowser, type Person } from './browser-page.js';
import { lookAtPage } from './look-at-page.js';
import { organisationId, signIn, signUp, subjectsOfMails, until } from './sign-up.js';

jest.setTimeout(90_000);

const email = 'paula@example.com';
const credit = 10_000_000_000n;
let stripe: StripeSimulator;
let system: TestSystem;
let browser: Browser;
let mailboxUrl: string;
let paula: Person;
let account: string;

beforeAll(async () => {
  stripe = await StripeSimulator.start();
  [system, browser] = await Promise.all([
    startSystem({
      mailbox: true,
      dashboard: true,
      billings: 2,
      environment: {
        billing: {
          STRIPE_SECRET_KEY: 'sk_test_1',
          STRIPE_WEBHOOK_SECRET: stripe.webhookSecret,
          STRIPE_API_URL: stripe.url,
          PAYMENTS_INTERVAL_MS: '100',
        },
      },
    }),
    launchBrowser(),
  ]);
  stripe.webhookUrl = `${system.addresses['billing']!.http}/webhooks/stripe`;
  const dashboardUrl = system.addresses['dashboard-api']!.http;
  mailboxUrl = system.addresses['mailbox']!.http;
  await signUp(dashboardUrl, mailboxUrl, email, 'Paula');
  paula = await openBrowser(browser, dashboardUrl);
  await signIn(paula.page, email);
  account = await organisationId(paula.page);
  await until(async () => (await system.operator.findAccount(account)) !== undefined, 'an account');
  await system.operator.grantCredit(account, credit);
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await system?.stop();
  await stripe?.stop();
}, 30_000);

const balance = async () => (await system.operator.findAccount(account))!.balanceNanoUsd;

describe('a balance that runs low', () => {
  let secret: string;

  /** @returns what it cost */
  async function call(): Promise<bigint> {
    const before = await balance();
    const answer = await fetch(`${system.addresses['gateway']!.http}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Say hello.' }] }),
    });
    expect(answer.status).toBe(200);
    await answer.json();
    return before - (await balance());
  }

  /** Whether billing has seen that it is low. */
  async function isKnownAsLow(): Promise<boolean> {
    const client = new pg.Client({ connectionString: system.databaseUrl });
    await client.connect();
    try {
      const { rows } = await client.query(
        'SELECT balance_is_low FROM billing.top_up_settings WHERE account_id = $1',
        [account],
      );
      return rows[0]?.balance_is_low === true;
    } finally {
      await client.end();
    }
  }

  const alerts = async () =>
    (await subjectsOfMails(mailboxUrl, email)).filter((subject) => subject === 'Your balance is low').length;

  test('is told by mail, once, and again only after it was above the threshold', async () => {
    ({ secret } = await system.createKey(account));
    const { page } = paula;
    await page.goto('/dashboard/billing');
    const threshold = page.getByLabel('Tell me when the balance falls below');
    await threshold.fill('10');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved').waitFor();
    await page.reload();
    expect(await threshold.inputValue()).toBe('10.00');
    const cost = await call();
    await until(async () => (await alerts()) === 1, 'the first mail');
    await call();
    await system.operator.grantCredit(account, 2n * cost);
    await until(async () => !(await isKnownAsLow()), 'above it again');
    expect(await alerts()).toBe(1);
    await call();
    await until(async () => (await alerts()) === 2, 'the second mail');
    expect(await balance()).toBeLessThan(credit);
  });

  test('is refused as a threshold that is no amount', async () => {
    const { page } = paula;
    await page.getByLabel('Tell me when the balance falls below').fill('much');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText(/An amount/).waitFor();
  });
});

describe('a payment', () => {
  async function openCheckout(): Promise<string> {
    const { page } = paula;
    await page.goto('/dashboard/billing');
    await page.getByRole('button', { name: 'Top up' }).first().click();
    await page.getByLabel('Amount in USD').fill('25');
    await page.getByRole('button', { name: 'Go to payment' }).click();
    // The simulator has no page there: an address alone.
    await page.waitForURL((url) => url.href.startsWith(stripe.url));
    return new URL(page.url()).pathname.split('/').at(-1)!;
  }

  test('that the bank refuses is shown as failed, and changes no balance', async () => {
    const before = await balance();
    const session = await openCheckout();
    stripe.payCheckout(session, { delayed: true });
    await stripe.delivered();
    stripe.tell('checkout.session.async_payment_failed', stripe.books.get(session));
    await stripe.delivered();
    const { page } = paula;
    await until(async () => {
      await page.goto('/dashboard/billing');
      await page.getByTestId('balance').locator('[data-nano-usd]').waitFor();
      await page.getByText('$25.00').first().waitFor();
      return (await page.getByText('failed', { exact: true }).count()) > 0;
    }, 'the payment is shown as failed');
    expect(await balance()).toBe(before);
  });

  test('that the payment provider does not take is told, and can be tried again', async () => {
    stripe.faults.push('unavailable', 'unavailable', 'unavailable', 'unavailable');
    const { page } = paula;
    await page.goto('/dashboard/billing');
    await page.getByRole('button', { name: 'Top up' }).first().click();
    await page.getByRole('button', { name: 'Go to payment' }).click();
    await page.getByRole('dialog').getByRole('alert').waitFor();
    stripe.faults.length = 0;
    const session = await openCheckout();
    stripe.payCheckout(session);
    await stripe.delivered();
    await until(async () => {
      await page.goto('/dashboard/billing');
      await page.getByTestId('balance').locator('[data-nano-usd]').waitFor();
      return (await page.getByText('credited', { exact: true }).count()) > 0;
    }, 'credited');
  });

  test('that failed stands on a page that is accessible and fits', async () => {
    // The browser's own lines of what was refused above.
    paula.complaints.length = 0;
    expect(await lookAtPage(paula, 'billing-failed-payment', '/dashboard/billing')).toEqual([]);
    expect(paula.complaints).toEqual([]);
  });
});
