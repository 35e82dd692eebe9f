import { jest } from '@jest/globals';
import type { SharedSystem } from '@tokenroute/testing';
import type { Browser } from 'playwright-core';
import { launchBrowser, openBrowser, type Person } from './browser-page.js';
import { dashboardSystem } from './dashboard-system.js';
import { lookAtPage } from './look-at-page.js';
import { organisationId, signIn, signUp, until } from './sign-up.js';

jest.setTimeout(60_000);

const email = 'pia@example.com';
let system: SharedSystem;
let browser: Browser;
/** A customer whose pages have something on them. */
let pia: Person;
let nobody: Person;

beforeAll(async () => {
  [system, browser] = await Promise.all([dashboardSystem(), launchBrowser()]);
  const dashboardUrl = system.addresses['dashboard-api']!.http;
  await signUp(dashboardUrl, system.addresses['mailbox']!.http, email, 'Pia');
  [pia, nobody] = await Promise.all([openBrowser(browser, dashboardUrl), openBrowser(browser, dashboardUrl)]);
  await signIn(pia.page, email);
  await makeHistory(await organisationId(pia.page));
}, 120_000);

afterAll(async () => {
  await browser?.close();
  system?.close();
}, 30_000);

/** Money, a key with limits, requests that were answered and one that was not. */
async function makeHistory(account: string): Promise<void> {
  await until(async () => (await system.operator.findAccount(account)) !== undefined, 'an account');
  await system.operator.grantCredit(account, 10_000_000_000n);
  const limits = { requestsPerMinute: 60, tokensPerMinute: 10_000, monthlyBudgetNanoUsd: 5_000_000_000n };
  const { secret } = await system.createKey(account, { name: 'production', ...limits });
  for (const [content, status] of [
    ['Say hello.', 200],
    ['[[sim:status=500]]', 502],
  ] as const) {
    const answer = await fetch(`${system.gatewayUrl}/v1/chat/completions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'gpt-4o-mini', messages: [{ role: 'user', content }] }),
    });
    expect([answer.status, await answer.text()]).toEqual([status, expect.any(String)]);
  }
}

const pages = {
  overview: '/dashboard',
  keys: '/dashboard/keys',
  'new-key': '/dashboard/keys?create=true',
  models: '/dashboard/models',
  playground: '/dashboard/playground',
  requests: '/dashboard/requests',
  usage: '/dashboard/usage?range=7d',
  billing: '/dashboard/billing',
  organisation: '/dashboard/organisation',
  account: '/dashboard/account',
};
const signedOutPages = {
  'sign-in': '/sign-in',
  'sign-up': '/sign-up',
  'forgot-password': '/forgot-password',
  'reset-password': '/reset-password?token=x',
  'two-factor': '/two-factor',
  'docs-quickstart': '/docs/quickstart',
  'docs-parameters': '/docs/parameters',
  'docs-billing': '/docs/billing',
  'no-such-page': '/no/such/page',
};

test.each(Object.entries(pages))(
  '%s is accessible and fits, in both sizes and themes',
  async (name, path) => {
    expect(await lookAtPage(pia, name, path)).toEqual([]);
    expect(pia.complaints).toEqual([]);
  },
);

test.each(Object.entries(signedOutPages))('%s is accessible and fits, too', async (name, path) => {
  expect(await lookAtPage(nobody, name, path)).toEqual([]);
  expect(nobody.complaints).toEqual([]);
});

test('what opens at a press opens by keyboard too, and gives the focus back', async () => {
  const { page } = pia;
  await page.goto('/dashboard');
  for (const [width, opener, opened] of [
    [1280, page.getByRole('button', { name: email }), page.getByRole('menuitem', { name: 'Sign out' })],
    [375, page.getByRole('button', { name: 'Open navigation' }), page.getByRole('dialog')],
  ] as const) {
    await page.setViewportSize({ width, height: 900 });
    // The first time it is only on its way.
    for (const key of ['Enter', 'Space']) {
      await opener.focus();
      await page.keyboard.press(key);
      await opened.waitFor();
      await page.keyboard.press('Escape');
      await opened.waitFor({ state: 'hidden' });
      await until(() => opener.evaluate((node) => node === document.activeElement), 'the focus is back');
    }
  }
  expect(pia.complaints).toEqual([]);
});
