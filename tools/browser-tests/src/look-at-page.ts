/* eslint-disable @typescript-eslint/no-explicit-any -- what axe tells in the page has no types here */
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { type Person, screenshot } from './browser-page.js';

/** Serious and critical violations. */
async function axeProblems(page: Page): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await (globalThis as any).axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'],
      // Of the rest it would describe every element, which takes as long as the rules.
      resultTypes: ['violations'],
    });
    return violations
      .filter(({ impact }: any) => impact === 'serious' || impact === 'critical')
      .map(
        ({ id, nodes }: any) =>
          `${id}: ${nodes.map(({ html, failureSummary }: any) => `${html} ${failureSummary}`).join(' ')}`,
      );
  });
}

async function widthProblems(page: Page): Promise<string[]> {
  const isWide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth);
  return isWide ? ['the page is wider than the screen'] : [];
}

/**
 * Opens a page in both sizes and both themes, keeps a screenshot of each, and tells what is wrong with it.
 * @param prepare what is done on it first
 */
export async function lookAtPage(
  person: Person,
  name: string,
  path: string,
  prepare: (page: Page) => Promise<void> = () => Promise.resolve(),
): Promise<string[]> {
  const { page } = person;
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto(path);
  await page.getByRole('heading').first().waitFor();
  await page.waitForFunction(() => document.querySelector('.skeleton') === null);
  await prepare(page);
  const problems: string[] = [];
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    for (const width of [1280, 375]) {
      await page.setViewportSize({ width, height: 900 });
      await screenshot(page, `${name}-${width}-${colorScheme}`);
      const found = [
        ...(await widthProblems(page)),
        // Colours change with the theme and what is there with the size: two of the four see all of both.
        ...((width === 375) === (colorScheme === 'dark') ? await axeProblems(page) : []),
      ];
      problems.push(...found.map((problem) => `${width} ${colorScheme} ${problem}`));
    }
  }
  return problems;
}
