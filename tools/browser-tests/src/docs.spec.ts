import { jest } from '@jest/globals';
import { type SharedSystem } from '@tokenroute/testing';
import type { Browser } from 'playwright-core';
import { launchBrowser, openBrowser, type Person } from './browser-page.js';
import { dashboardSystem } from './dashboard-system.js';
import { lookAtPage } from './look-at-page.js';

jest.setTimeout(60_000);

let system: SharedSystem;
let browser: Browser;
let reader: Person;

beforeAll(async () => {
  [system, browser] = await Promise.all([dashboardSystem(), launchBrowser()]);
  reader = await openBrowser(browser, system.addresses['dashboard-api']!.http);
}, 120_000);

afterAll(async () => {
  await browser?.close();
  system?.close();
}, 30_000);

/** The whole documentation, for somebody who is not signed in; what the page complains about fails the test. */
describe('the documentation', () => {
  afterEach(() => expect(reader.complaints).toEqual([]));

  test('has a reference of every operation, made from the description that the gateway gives', async () => {
    const { page } = reader;
    await page.goto('/docs/api');
    await page.getByRole('heading', { name: 'Schemas' }).waitFor();
    const description = (await (await fetch(`${system.gatewayUrl}/openapi.json`)).json()) as any;
    const operations = Object.entries(description.paths as Record<string, object>).flatMap(
      ([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const titles = [...operations, ...Object.keys(description.components.schemas as object)];
    for (const name of titles) expect(await page.getByRole('heading', { name, exact: true }).count()).toBe(1);
    await page.getByText(`The base of all addresses is ${system.gatewayUrl}.`).waitFor();
  });

  test('leads from an answer to its schema', async () => {
    const { page } = reader;
    await page.goto('/docs/api');
    await page.getByRole('link', { name: 'UsageReceipt' }).first().click();
    await page.waitForURL(/#usagereceipt$/);
    expect(await page.locator('#usagereceipt').isVisible()).toBe(true);
  });

  test('lists the models on offer at their prices, and finds them', async () => {
    const { page } = reader;
    await page.goto('/docs/models');
    const row = page.getByRole('row').filter({ has: page.getByText('gpt-4o-mini', { exact: true }) });
    expect(await row.innerText()).toContain('0.15');
    await page.goto('/docs/errors');
    await page.getByLabel('Search the docs').fill('gpt-4o-mini openai');
    await page
      .getByRole('list', { name: 'Found' })
      .getByRole('link', { name: /Models/ })
      .first()
      .click();
    await page.getByRole('heading', { name: 'Models', exact: true }).waitFor();
  });

  test('finds a field of the reference', async () => {
    const { page } = reader;
    await page.goto('/docs/quickstart');
    await page.getByLabel('Search the docs').fill('usd_per_million rate that counted');
    await page
      .getByRole('list', { name: 'Found' })
      .getByRole('link', { name: /CostDetails/ })
      .first()
      .click();
    await page.waitForURL(/\/docs\/api#costdetails$/);
  });

  test('has samples with the address of this installation', async () => {
    const { page } = reader;
    await page.goto('/docs/quickstart');
    await page.getByText(`TOKENROUTE_BASE_URL=${system.baseUrl}`).waitFor();
  });

  test.each(['authentication', 'models', 'examples', 'clients', 'errors', 'limits', 'security', 'api'])(
    '%s is accessible and fits, in both sizes and themes',
    async (slug) => {
      expect(await lookAtPage(reader, `docs-${slug}`, `/docs/${slug}`)).toEqual([]);
    },
  );
});
