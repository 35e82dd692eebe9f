import { jest } from '@jest/globals';
import { type SharedSystem, totp } from '@tokenroute/testing';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, openBrowser, type Person } from './browser-page.js';
import { dashboardSystem } from './dashboard-system.js';
import { lookAtPage } from './look-at-page.js';
import { linkInMail, password, sendSignIn, signIn, signUp } from './sign-up.js';

jest.setTimeout(60_000);

let system: SharedSystem;
let browser: Browser;
let dashboardUrl: string;
let mailboxUrl: string;

beforeAll(async () => {
  [system, browser] = await Promise.all([dashboardSystem(), launchBrowser()]);
  dashboardUrl = system.addresses['dashboard-api']!.http;
  mailboxUrl = system.addresses['mailbox']!.http;
}, 120_000);

afterAll(async () => {
  await browser?.close();
  system?.close();
}, 30_000);

const isSignedIn = (page: Page) => page.getByRole('navigation', { name: 'Pages' }).waitFor();

async function signOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /example.com/ }).click();
  await page.getByRole('menuitem', { name: 'Sign out' }).click();
  await page.getByRole('heading', { name: 'Sign in' }).waitFor();
}

describe('an e-mail address', () => {
  const email = 'vera@example.com';

  test('that is not confirmed opens nothing; a new link is sent, and confirms it', async () => {
    const { page, context } = await openBrowser(browser, dashboardUrl);
    await page.goto('/sign-up');
    await page.getByLabel('Name').fill('Vera');
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('heading', { name: 'Look into your mailbox' }).waitFor();
    const first = await linkInMail(mailboxUrl, email);
    await page.goto('/sign-in');
    await sendSignIn(page, email);
    await page.getByText('Confirm your e-mail address first').waitFor();
    await page.getByRole('button', { name: 'Send a new link' }).click();
    await page.getByText(`A new link is on its way to ${email}`).waitFor();
    let second = first;
    while (second === first) second = await linkInMail(mailboxUrl, email);
    await page.goto(second);
    await page.getByText('Your address is confirmed').waitFor();
    await sendSignIn(page, email);
    await isSignedIn(page);
    await context.close();
  });

  test('is not confirmed by a link that was changed', async () => {
    const { page, context } = await openBrowser(browser, dashboardUrl);
    await page.goto(`${await linkInMail(mailboxUrl, email)}x`.replace('token=', 'token=x'));
    expect(await page.getByText('Your address is confirmed').count()).toBe(0);
    await context.close();
  });
});

describe('a second factor', () => {
  const email = 'theo@example.com';
  let theo: Person;
  let secret: string;
  let recoveryCodes: string[];

  beforeAll(async () => {
    await signUp(dashboardUrl, mailboxUrl, email, 'Theo');
    theo = await openBrowser(browser, dashboardUrl);
    await signIn(theo.page, email);
  });

  test('is turned on with the key and a code of it, not with a wrong one', async () => {
    const { page } = theo;
    await page.goto('/dashboard/account');
    const card = page.locator('section', { hasText: 'Second factor' });
    await card.getByLabel('Your password').fill(password);
    await card.getByRole('button', { name: 'Turn on' }).click();
    secret = (await card.locator('code').first().innerText()).trim();
    const codes = await card.getByRole('region', { name: 'recovery codes' }).innerText();
    recoveryCodes = codes.split('\n').map((code) => code.trim());
    expect(recoveryCodes.length).toBeGreaterThan(5);
    await card.getByLabel('3. Enter the code that the app shows').fill('000000');
    await card.getByRole('button', { name: 'Confirm' }).click();
    await card.getByRole('alert').waitFor();
    await card.getByLabel('3. Enter the code that the app shows').fill(totp(secret));
    await card.getByRole('button', { name: 'Confirm' }).click();
    await card.getByText('on', { exact: true }).waitFor();
  });

  test('stands between the password and the pages', async () => {
    const { page } = theo;
    await signOut(page);
    await sendSignIn(page, email);
    await page.getByRole('heading', { name: 'Second factor' }).waitFor();
    await page.goto('/dashboard');
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await sendSignIn(page, email);
    await page.getByLabel('Code').fill('000000');
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('alert').waitFor();
    // That of the period before was used to turn it on.
    await page.getByLabel('Code').fill(totp(secret, 1));
    await page.getByRole('button', { name: 'Go on' }).click();
    await isSignedIn(page);
  });

  test('may be a recovery code, which is good once', async () => {
    const { page } = theo;
    for (const [code, opens] of [
      [recoveryCodes[0]!, true],
      [recoveryCodes[0]!, false],
      [recoveryCodes[1]!, true],
    ] as const) {
      if (await page.getByRole('navigation', { name: 'Pages' }).count()) await signOut(page);
      await page.goto('/sign-in');
      await sendSignIn(page, email);
      await page.getByRole('button', { name: 'Use a recovery code' }).click();
      await page.getByLabel('Recovery code').fill(code);
      await page.getByRole('button', { name: 'Go on' }).click();
      await (opens ? isSignedIn(page) : page.getByRole('alert').waitFor());
    }
  });

  test('is turned off with the password, and then is not asked for', async () => {
    const { page } = theo;
    await page.goto('/dashboard/account');
    const card = page.locator('section', { hasText: 'Second factor' });
    await card.getByLabel('Your password').fill(password);
    await card.getByRole('button', { name: 'Turn off' }).click();
    await card.getByText('off', { exact: true }).waitFor();
    await signOut(page);
    await sendSignIn(page, email);
    await isSignedIn(page);
  });

  test('is turned on on a page that is accessible and fits', async () => {
    theo.complaints.length = 0;
    const turnOn = async (page: Page) => {
      const card = page.locator('section', { hasText: 'Second factor' });
      await card.getByLabel('Your password').fill(password);
      await card.getByRole('button', { name: 'Turn on' }).click();
      await card.getByRole('region', { name: 'recovery codes' }).waitFor();
    };
    expect(await lookAtPage(theo, 'account-second-factor', '/dashboard/account', turnOn)).toEqual([]);
    expect(theo.complaints).toEqual([]);
  });
});

describe('a forgotten password', () => {
  const email = 'rita@example.com';
  const newPassword = 'another phrase nobody has';

  test('is set anew by the link in a mail; the old one and the old sessions are worth nothing', async () => {
    await signUp(dashboardUrl, mailboxUrl, email, 'Rita');
    const elsewhere = await openBrowser(browser, dashboardUrl);
    await signIn(elsewhere.page, email);
    const { page, context } = await openBrowser(browser, dashboardUrl);
    await page.goto('/sign-in');
    await page.getByRole('link', { name: /forgot/i }).click();
    // The sign-in page has a field of the same name, and stays until the next page is here.
    await page.getByRole('heading', { name: 'Set a new password' }).waitFor();
    await page.getByLabel('E-mail').fill(email);
    await page.getByRole('button', { name: 'Send the link' }).click();
    await page.getByText('a mail is on its way').waitFor();
    const link = await linkInMail(mailboxUrl, email, 'Set a new password');
    await page.goto(link);
    await page.getByLabel('New password').fill('short');
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('New password').fill(newPassword);
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByRole('heading', { name: 'Your password is changed' }).waitFor();
    await elsewhere.page.goto('/dashboard/usage');
    await elsewhere.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.getByRole('link', { name: 'Sign in' }).click();
    await sendSignIn(page, email, password);
    await page.getByRole('alert').waitFor();
    await sendSignIn(page, email, newPassword);
    await isSignedIn(page);
    await page.goto(link);
    await page.getByLabel('New password').fill('a third phrase to try');
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByRole('alert').waitFor();
    await linkInMail(mailboxUrl, email, 'Your password was changed');
    await Promise.all([context.close(), elsewhere.context.close()]);
  });
});
