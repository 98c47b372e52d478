import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext, Locator, Page } from 'playwright';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openPage, type Misdeeds } from '../support/browser';
import { startServe, type Serving } from '../support/serve';

/** From the bundled autoencoder to a prior, its samples, and a picture completed by it. */
describe('from a trained autoencoder to new pictures', () => {
  let serving: Serving;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let misdeeds: Misdeeds;

  const by = (name: string): Locator => page.locator(`[data-test="${name}"]`);
  const go = (route: string): Promise<unknown> => page.goto(`${serving.address.split('?')[0]}#/${route}`);

  beforeAll(async () => {
    serving = await startServe();
    browser = await launchBrowser();
    ({ page, context, misdeeds } = await openPage(browser, serving.address));
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await by('dataset-card').first().waitFor({ timeout: 120_000 });
  });

  afterAll(async () => {
    await browser?.close();
    await serving?.stop();
  });

  it('trains a prior on the bundled run, one click away from it', async () => {
    await go('samples');
    await by('no-prior').getByRole('button').click();
    await by('prior-chain').waitFor();
    expect(await by('chain-dataset').innerText()).toContain('Fashion-MNIST');
    await by('run-name').fill('Shoes from nothing');
    await by('group-optimization').click();
    const steps = page.locator('[data-test="field-training.steps"] input');
    await steps.fill('20');
    await steps.blur();
    await by('start').click();
    await by('prior-panel').waitFor();
    await by('draw-samples').waitFor({ timeout: 240_000 });
    await expect.poll(() => by('run-step').innerText(), { timeout: 240_000 }).toContain('20 of 20');
    await expect.poll(() => by('prior-own').innerText(), { timeout: 60_000 }).toMatch(/^\d\.\d+$/);
    await by('previews').locator('canvas').first().waitFor();
  }, 600_000);

  it('draws samples of a class, the same again with the same seed', async () => {
    await by('draw-samples').click();
    await by('draw-panel').waitFor();
    await by('samples-class').click();
    await page.getByRole('option').nth(3).click();
    await page.locator('input[data-test="samples-count"], [data-test="samples-count"] input').first().fill('4');
    await page.keyboard.press('Tab');
    const pixels = async (sheet: number): Promise<string[]> => {
      const canvases = by('sheet').nth(sheet).locator('[data-test="sample"] canvas');
      await expect.poll(() => canvases.count(), { timeout: 60_000 }).toBe(4);
      return canvases.evaluateAll((all) => all.map((canvas) => (canvas as HTMLCanvasElement).toDataURL()));
    };
    await by('draw').click();
    const first = await pixels(0);
    expect(new Set(first).size).toBeGreaterThan(1);
    await by('draw').click();
    await expect.poll(() => by('sheet').count()).toBe(2);
    expect(await pixels(0)).toEqual(first);
  });

  it('keeps the recipe in the PNG and on the clipboard, and favourites over a reload', async () => {
    await by('sample').nth(1).click();
    const [download] = await Promise.all([page.waitForEvent('download'), by('save-sample').click()]);
    const { width, height, comments } = await sharp(await readFile(await download.path())).metadata();
    expect([width, height]).toEqual([28, 28]);
    const recipe = JSON.parse(comments!.find(({ keyword }) => keyword === 'tessera')!.text) as Record<string, unknown>;
    expect(recipe).toMatchObject({ prior: { name: 'Shoes from nothing', step: 20 }, seed: 1, number: 1 });
    await by('copy-recipe').click();
    const copied = JSON.parse(await page.evaluate(() => navigator.clipboard.readText())) as unknown;
    expect(copied).toEqual(recipe);
    await by('favour').click();
    await page.reload();
    await by('look-favourites').click();
    await by('sample').first().waitFor();
    expect(await by('sample').count()).toBe(1);
  });

  it('opens a sample in the Studio, and completes half of it in four ways', async () => {
    await by('sample').first().click();
    await by('open-in-studio').click();
    await by('code-canvas').waitFor();
    expect(await by('studio-what').innerText()).toContain('Shoes from nothing');
    await by('tool-select').click();
    await by('code-canvas').focus();
    for (let row = 0; row < 3; row++) await page.keyboard.press('ArrowDown');
    for (let cell = 0; cell < 6; cell++) await page.keyboard.press('Shift+ArrowRight');
    for (let cell = 0; cell < 3; cell++) await page.keyboard.press('Shift+ArrowDown');
    await page.keyboard.press('Enter');
    await by('resample').click();
    await by('proposal').nth(3).waitFor({ timeout: 60_000 });
    await by('proposal').nth(2).click();
    await expect.poll(() => by('studio').innerText()).toMatch(/[1-9]\d* cells? changed/);
    await page.keyboard.press('Control+z');
    await expect.poll(() => by('studio').innerText()).toContain('no cell changed');
    await by('surprise').click();
    await by('surprise-scale').waitFor({ timeout: 60_000 });
    expect(misdeeds).toEqual({ errors: [], requests: [] });
  });
});
