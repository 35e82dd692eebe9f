import { randomInt } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { chromiumPath } from './config.js';

const screenshots = fileURLToPath(new URL('../../../.tokenroute/screenshots', import.meta.url));

export function launchBrowser(): Promise<Browser> {
  mkdirSync(screenshots, { recursive: true });
  return chromium.launch({
    executablePath: chromiumPath(),
    args: ['--no-sandbox', '--disable-background-networking', '--disable-component-update'],
  });
}

/** Somebody with a browser of their own. What the page complains about is in `complaints`. */
export interface Person {
  context: BrowserContext;
  page: Page;
  complaints: string[];
}

/** Of one file: attempts to sign in are limited by address, and files share a system. */
const clientAddress = `198.18.${randomInt(256)}.${randomInt(1, 255)}`;

/** @param as whose session it begins with; none: nobody is signed in */
export async function openBrowser(browser: Browser, dashboardUrl: string, as?: Person): Promise<Person> {
  const context = await browser.newContext({
    baseURL: dashboardUrl,
    extraHTTPHeaders: { 'x-forwarded-for': clientAddress },
    storageState: await as?.context.storageState(),
    viewport: { width: 1280, height: 900 },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  context.setDefaultTimeout(15_000);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('dialog', (dialog) => {
    complaints.push(`a dialog opened: ${dialog.message()}`);
    void dialog.dismiss();
  });
  return { context, page, complaints };
}

/** Nobody looks at more of the documentation's longest pages, and to draw all of them takes seconds. */
const mostShownPx = 8_000;

export async function screenshot(page: Page, name: string): Promise<void> {
  const { width } = page.viewportSize()!;
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.screenshot({
    // A PNG of a long page takes twice the time.
    path: join(screenshots, `${name}.jpeg`),
    quality: 80,
    fullPage: true,
    clip: { x: 0, y: 0, width, height: Math.min(height, mostShownPx) },
  });
}
