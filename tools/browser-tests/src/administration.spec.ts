import { jest } from '@jest/globals';
import { startSystem, type TestSystem } from '@tokenroute/testing';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, openBrowser, type Person } from './browser-page.js';
import { lookAtPage } from './look-at-page.js';
import { organisationId, signIn, signUp, until } from './sign-up.js';

jest.setTimeout(90_000);

const customerEmail = 'carla@example.com';
let system: TestSystem;
let browser: Browser;
let dashboardUrl: string;
let ada: Person;
let carla: Person;
let account: string;
let secret: string;

beforeAll(async () => {
  [system, browser] = await Promise.all([
    startSystem({
      mailbox: true,
      dashboard: true,
      environment: {
        'dashboard-api': { ADMINISTRATORS: 'ada@example.com' },
        billing: { USAGE_ROLLUP_INTERVAL_MS: '500' },
      },
    }),
    launchBrowser(),
  ]);
  dashboardUrl = system.addresses['dashboard-api']!.http;
  const mailboxUrl = system.addresses['mailbox']!.http;
  await signUp(dashboardUrl, mailboxUrl, 'ada@example.com', 'Ada');
  await signUp(dashboardUrl, mailboxUrl, customerEmail, 'Carla');
  [ada, carla] = [await openBrowser(browser, dashboardUrl), await openBrowser(browser, dashboardUrl)];
  await signIn(ada.page, 'ada@example.com');
  await signIn(carla.page, customerEmail);
  account = await organisationId(carla.page);
  await until(async () => (await system.operator.findAccount(account)) !== undefined, 'an account');
  await system.operator.grantCredit(account, 10_000_000_000n);
  ({ secret } = await system.createKey(account, { requestsPerMinute: 600, tokensPerMinute: 1_000_000 }));
}, 180_000);

afterAll(async () => {
  await browser?.close();
  await system?.stop();
}, 30_000);

async function call(model: string): Promise<{ status: number; body: any }> {
  const answer = await fetch(`${system.addresses['gateway']!.http}/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: 'Say hello.' }] }),
  });
  return { status: answer.status, body: await answer.json() };
}

const nanoUsdIn = async (page: Page, figure: string) =>
  BigInt((await page.locator(`[data-figure="${figure}"] [data-nano-usd]`).getAttribute('data-nano-usd'))!);

describe('an administrator', () => {
  test('finds an account by its organisation, freezes it, and grants credit to the nano-USD', async () => {
    const { page } = ada;
    await page.getByRole('link', { name: 'Administration' }).click();
    await page.getByLabel('Search accounts').fill('CARLA');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.locator('tr[data-account]').first().waitFor();
    await until(async () => (await page.locator('tr[data-account]').count()) === 1, 'one account is found');
    await page.locator('tr[data-account] button').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(account).waitFor();
    await dialog.getByLabel('Reason to freeze it').fill('a test');
    await dialog.getByRole('button', { name: 'Freeze' }).click();
    await dialog.getByText('frozen: a test').waitFor();
    expect((await call('gpt-4o-mini')).status).toBe(403);
    await dialog.getByRole('button', { name: 'Lift the freeze' }).click();
    await dialog.getByText('at work').waitFor();
    const before = (await system.operator.findAccount(account))!.balanceNanoUsd;
    await dialog.getByLabel('Promotional credit').fill('0.000000001');
    await dialog.getByRole('button', { name: 'Grant' }).click();
    const confirm = page.getByRole('dialog', { name: 'Grant $0.000000001?' });
    await confirm.getByRole('button', { name: 'Grant' }).click();
    await confirm.waitFor({ state: 'hidden' });
    expect((await system.operator.findAccount(account))!.balanceNanoUsd - before).toBe(1n);
    expect(ada.complaints).toEqual([]);
  });

  test('is told what a price would change, to the nano-USD, before it is in the book', async () => {
    const before = (await system.operator.findAccount(account))!.balanceNanoUsd;
    expect((await call('gpt-4o-mini')).status).toBe(200);
    const charged = before - (await system.operator.findAccount(account))!.balanceNanoUsd;
    const { page } = ada;
    await page.goto('/dashboard/administration/models');
    await page.getByLabel('Search models').fill('4o-mini');
    await page.getByRole('link', { name: 'gpt-4o-mini', exact: true }).click();
    const output = page.getByLabel('Output', { exact: true });
    expect(await output.inputValue()).toBe('0.60');
    await page.getByRole('button', { name: 'Show what it changes' }).click();
    await page.getByText('source: must say where the price comes from').waitFor();
    await page.getByLabel('Source').fill('a test');
    await page.getByLabel('Input', { exact: true }).fill('cheap');
    await page.getByRole('button', { name: 'Show what it changes' }).click();
    await page.getByText('USD per million tokens, such as 0.15').waitFor();
    await page.getByLabel('Input', { exact: true }).fill('0.15');
    await output.fill('1.20');
    await page.getByRole('button', { name: 'Show what it changes' }).click();
    const preview = page.getByRole('region', { name: 'What it changes' });
    await preview.getByText('+0.60').waitFor();
    expect(await nanoUsdIn(page, 'Without it')).toBe(charged);
    expect(await nanoUsdIn(page, 'With it')).toBeGreaterThan(charged);
    await preview.getByRole('cell', { name: customerEmail }).waitFor();
    // Nothing was added by looking.
    expect(await page.locator('tr[data-price]').count()).toBe(1);
    // The browser's own line of the one refusal.
    expect(ada.complaints.splice(0)).toEqual([expect.stringContaining('400')]);
  });

  test('adds it: it is in force, recorded with who and from where, and the next request is charged by it', async () => {
    const { page } = ada;
    await page.getByRole('button', { name: 'Add this price' }).click();
    await page.getByText('The price is in the book.').waitFor();
    await until(async () => (await page.locator('tr[data-price]').count()) === 2, 'two prices');
    expect(await page.locator('tr[data-price]').first().innerText()).toContain('$1.20');
    const change = page.locator('tr[data-change="price-added"]').first();
    await change.getByText(/ada@example\.com from [\d.:]+/).waitFor();
    const { body } = await call('gpt-4o-mini');
    const output = body.usage.cost_details.items?.find((item: any) => item.kind === 'output');
    expect(JSON.stringify(output ?? body.usage)).toContain('1.2');
    expect(ada.complaints).toEqual([]);
  });

  test('sees who uses a model before retiring it; then nobody buys it, and it can come back', async () => {
    const { page } = ada;
    const users = async () =>
      (await page.request.get('/api/administration/models/gpt-4o-mini/users')).json() as Promise<any>;
    await until(async () => (await users()).accounts === 1, 'the user of the model is added up');
    await page.reload();
    await page.getByRole('cell', { name: customerEmail }).waitFor();
    await page.getByRole('button', { name: 'Retire' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(`1 account used it in the last 30 days: ${customerEmail}`).waitFor();
    await dialog.getByRole('button', { name: 'Change it' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText('retired', { exact: true }).first().waitFor();
    await until(async () => (await call('gpt-4o-mini')).status === 404, 'the gateway offers it no more');
    await carla.page.goto('/dashboard/models');
    await carla.page.getByRole('button', { name: 'Copy gpt-4o', exact: true }).waitFor();
    expect(await carla.page.getByRole('button', { name: 'Copy gpt-4o-mini' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Offer it again' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Change it' }).click();
    // As it was before: this model is on offer and deprecated.
    await page.getByText('deprecated', { exact: true }).first().waitFor();
    await until(async () => (await call('gpt-4o-mini')).status === 200, 'the gateway offers it again');
    expect(ada.complaints).toEqual([]);
  });

  test('adds a model: what is wrong is named at its field, what customers will see is shown first, and then they buy it', async () => {
    const { page } = ada;
    await page.goto('/dashboard/administration/models');
    await page.getByRole('link', { name: 'New model' }).click();
    const fill = async (fields: Record<string, string>) => {
      for (const [label, value] of Object.entries(fields)) {
        await page.getByLabel(label, { exact: true }).fill(value);
      }
    };
    const show = page.getByRole('button', { name: 'Show what it will be' });
    const create = page.getByRole('button', { name: 'Create this model' });
    await fill({ Id: 'gpt-4o', Provider: 'OpenAI', 'Served as': 'gpt-4o-mini', 'Owned by': 'openai' });
    await show.click();
    await page.getByText('There is a model of this id already.').waitFor();
    expect(await page.getByText('A whole number, 1 or more.').count()).toBe(2);
    await fill({ Id: 'brand-new', 'Context, in tokens': '128,000', 'Longest output, in tokens': '16384' });
    await fill({ Capabilities: 'tools', Input: '0.10', Output: '0.40' });
    await show.click();
    await page.getByRole('region', { name: 'What it will be' }).getByText('$0.40').waitFor();
    await create.click();
    await page.getByText('provider: must be a provider that an adapter speaks for').waitFor();
    await fill({ Provider: 'openai' });
    await show.click();
    await create.click();
    // The model is there by now, without a price: nobody can buy it.
    await page.getByText('source: must say where the price comes from').waitFor();
    expect((await call('brand-new')).status).toBe(404);
    await fill({ Source: 'a test' });
    await show.click();
    await create.click();
    await page.waitForURL(/\/administration\/models\/brand-new$/);
    for (const change of ['model-created', 'price-added']) {
      await page
        .locator(`tr[data-change="${change}"]`)
        .getByText(/ada@example\.com from/)
        .waitFor();
    }
    await until(async () => (await call('brand-new')).status === 200, 'the gateway offers it');
    // The browser's own lines of the two refusals.
    expect(ada.complaints.splice(0)).toEqual(Array(2).fill(expect.stringContaining('400')));
  });

  test('proves the ledger, and reads what the house bore and what could not be charged', async () => {
    const { page } = ada;
    await page.goto('/dashboard/administration/books');
    await page.getByRole('button', { name: 'Prove it now' }).click();
    await page.getByText('holds', { exact: true }).first().waitFor();
    expect(await page.getByText(/\d+ broken/).count()).toBe(0);
    await page.getByText('Every settlement was charged.').waitFor();
    await page.getByRole('heading', { name: 'What the house bore' }).waitFor();
  });

  test('is whom the configuration names: nobody else knows of the area', async () => {
    expect(await carla.page.getByRole('link', { name: 'Administration' }).count()).toBe(0);
    for (const path of ['dead-letters', 'accounts', 'models', 'models/gpt-4o/prices'])
      expect((await carla.page.request.get(`/api/administration/${path}`)).status()).toBe(404);
  });
});

describe('every page of the area', () => {
  const pages = {
    'administration-accounts': '/dashboard/administration',
    'administration-models': '/dashboard/administration/models',
    'administration-model': '/dashboard/administration/models/gpt-4o',
    'administration-new-model': '/dashboard/administration/new-model',
    'administration-books': '/dashboard/administration/books',
  };

  test.each(Object.entries(pages))(
    '%s is accessible and fits, in both sizes and themes',
    async (name, path) => {
      expect(await lookAtPage(ada, name, path)).toEqual([]);
      expect(ada.complaints).toEqual([]);
    },
  );

  test('so is an account, and a price with what it changes', async () => {
    const accountPath = `/dashboard/administration?account=${account}`;
    const waitForAccount = async (page: Page) =>
      page.getByRole('dialog').getByText(customerEmail, { exact: true }).first().waitFor();
    expect(await lookAtPage(ada, 'administration-account', accountPath, waitForAccount)).toEqual([]);
    const path = '/dashboard/administration/models/gpt-4o-mini';
    const draft = async (page: Page) => {
      await page.getByText('Other rates for a long context').click();
      await page.getByText('Dearer at certain hours').click();
      await page.getByLabel('Above so many input tokens').fill('128000');
      const long = page.getByRole('group', { name: 'Long context' });
      await long.getByLabel('Input', { exact: true }).fill('0.30');
      await long.getByLabel('Output', { exact: true }).fill('2.40');
      await page.getByLabel('Hours (UTC)').fill('Mon-Fri 01:00-04:00');
      await page.getByLabel('Percent of every rate').fill('200');
      await page.getByLabel('Source').fill('a test');
      await page.getByRole('button', { name: 'Show what it changes' }).click();
      await page.getByRole('region', { name: 'What it changes' }).first().waitFor();
    };
    expect(await lookAtPage(ada, 'administration-new-price', path, draft)).toEqual([]);
    expect(ada.complaints).toEqual([]);
  });
});

test('while nobody can count them, the use of a customer’s limits is shown as not known', async () => {
  const { page } = carla;
  await page.goto('/dashboard/keys');
  await page.getByRole('meter', { name: 'requests per minute' }).waitFor();
  await system.servers.redis.halt();
  await page.getByText('use not known').first().waitFor();
  expect(await page.getByRole('meter', { name: 'requests per minute' }).count()).toBe(0);
  expect(carla.complaints.filter((complaint) => !complaint.includes('404'))).toEqual([]);
});
