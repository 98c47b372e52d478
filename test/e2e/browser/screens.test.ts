import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openPage } from '../support/browser';
import { startServe, type Serving } from '../support/serve';

/** Where pictures of the screens go: `TESSERA_SCREENSHOTS=docs npm test -- e2e-browser` renews those of the README. */
const shots = process.env.TESSERA_SCREENSHOTS ?? 'test-results/screens';

/** A screen is looked at once what it shows is there. */
const openMenu = async (page: Page): Promise<void> => {
  await page.locator('[data-test="run-menu"]').first().click();
  await page.getByRole('menu').waitFor();
};
const showTable = async (page: Page): Promise<void> => {
  await page.locator('[data-test="look-table"]').click();
  await page.locator('[data-test="code-row"]').first().waitFor();
};
const screens: { name: string; route: string; ready: string; act?: (page: Page) => Promise<void> }[] = [
  { name: 'datasets', route: '#/datasets', ready: 'dataset-card' },
  { name: 'dataset', route: '#/datasets/fashion-mnist', ready: 'dataset-item' },
  { name: 'train-new', route: '#/train?new', ready: 'start-form' },
  { name: 'train', route: '#/train', ready: 'charts' },
  { name: 'codebook', route: '#/codebook', ready: 'code-map' },
  { name: 'codebook-table', route: '#/codebook', ready: 'code-map', act: showTable },
  { name: 'studio', route: '#/studio', ready: 'code-canvas' },
  { name: 'samples', route: '#/samples', ready: 'no-prior' },
  { name: 'compression', route: '#/compression', ready: 'measure-form' },
  { name: 'runs', route: '#/runs', ready: 'run-row' },
  { name: 'runs-menu', route: '#/runs', ready: 'run-row', act: openMenu },
  { name: 'present', route: '#/present', ready: 'present-stage' },
];
const looks = [
  { locale: 'en', dark: false },
  { locale: 'en', dark: true },
  { locale: 'zh-CN', dark: false },
  { locale: 'zh-CN', dark: true },
] as const;

describe('the screens', () => {
  let serving: Serving;
  let browser: Browser;

  beforeAll(async () => {
    await mkdir(shots, { recursive: true });
    serving = await startServe();
    browser = await launchBrowser();
    const { page, context } = await openPage(browser, serving.address);
    await page.locator('[data-test="dataset-card"]').first().waitFor({ timeout: 120_000 });
    await page.goto(`${new URL(serving.address).origin}/#/runs`);
    await page.locator('[data-test="run-row"]').first().waitFor({ timeout: 60_000 });
    await context.close();
  });

  afterAll(async () => {
    await browser?.close();
    await serving?.stop();
  });

  describe.each(looks)('in $locale, dark: $dark', ({ locale, dark }) => {
    it.each(screens)(
      '$name is filled, has no serious accessibility finding, and fits its window',
      async ({ name, route, ready, act }) => {
        const { page, context, misdeeds } = await openPage(browser, serving.address, { locale, dark });
        try {
          await page.goto(`${new URL(serving.address).origin}/${route}`);
          await page.locator(`[data-test="${ready}"]`).first().waitFor({ timeout: 120_000 });
          await act?.(page);
          await page.screenshot({ path: path.join(shots, `${name}-${locale}${dark ? '-dark' : ''}.png`) });
          // legacy mode: otherwise axe opens a second page to finish in, which a headless browser may never paint
          const { violations } = await new AxeBuilder({ page })
            .setLegacyMode(true)
            .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
            .analyze();
          const serious = violations
            .filter(({ impact }) => impact === 'serious' || impact === 'critical')
            .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
          expect(serious).toEqual([]);
          expect(
            await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth),
          ).toBeLessThanOrEqual(0);
          expect(await page.evaluate(() => document.documentElement.lang)).toBe(locale);
          expect(misdeeds).toEqual({ errors: [], requests: [] });
        } finally {
          await context.close();
        }
      },
    );
  });

  it('open from the palette, by keyboard alone', async () => {
    const { page, context } = await openPage(browser, serving.address);
    await page.locator('[data-test="dataset-card"]').first().waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.type('Studio');
    const option = page.getByRole('option', { name: /^Studio/ });
    await option.waitFor();
    await expect
      .poll(async () => option.getAttribute('data-highlighted'), { message: 'it is the first' })
      .not.toBeNull();
    await page.keyboard.press('Enter');
    await page.locator('[data-test="studio"]').waitFor();
    await context.close();
  });

  it('have a manual that opens at their own page', async () => {
    const { page, context } = await openPage(browser, serving.address);
    await page.goto(`${new URL(serving.address).origin}/#/studio`);
    await page.locator('[data-test="code-canvas"]').waitFor({ timeout: 60_000 });
    await page.keyboard.press('F1');
    await page.locator('[data-test="manual"]').getByText('Eyedropper').waitFor();
    await context.close();
  });
});
