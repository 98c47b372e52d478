import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContext, Locator, Page } from 'playwright';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openPage, type Misdeeds } from '../support/browser';
import { startServe, type Serving } from '../support/serve';

/** From pictures to an autoencoder, a prior over its codes, its samples, and a picture completed by it. */
describe('from pictures to new pictures', () => {
  let serving: Serving;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;
  let misdeeds: Misdeeds;

  const by = (name: string): Locator => page.locator(`[data-test="${name}"]`);
  const begin = async (name: string, steps: number): Promise<void> => {
    await by('run-name').fill(name);
    await by('group-optimization').click();
    const field = page.locator('[data-test="field-training.steps"] input');
    await field.fill(`${steps}`);
    await field.blur();
    await by('start').click();
  };
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

  it('trains an autoencoder, and a prior on its codes, one click away from it', async () => {
    await go('samples');
    await by('no-prior').getByRole('button').waitFor();
    await go('train?new');
    await by('dataset-fashion-mnist').click();
    await by('preset-tiny').click();
    await begin('Garments', 30);
    await expect.poll(() => by('run-step').innerText(), { timeout: 120_000 }).toContain('30 of 30');
    await by('train-prior').click();
    await by('prior-chain').waitFor();
    expect(await by('chain-dataset').innerText()).toContain('Fashion-MNIST');
    expect(await by('prior-chain').innerText()).toContain('Garments');
    await begin('Shoes from nothing', 20);
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

  it('shows how a sample was drawn: code by code, with what else could have come', async () => {
    await by('sample').nth(1).click();
    await by('watch-open').click();
    await by('watch').waitFor({ timeout: 60_000 });
    const frame = (): Promise<string | null> => by('watch').getAttribute('data-frame');
    await by('watch-end').click();
    expect(await by('watch-turn').innerText()).toMatch(/All \d+ codes are settled/);
    await page.keyboard.press('Home');
    await expect.poll(frame).toBe('0');
    expect(await by('watch-story').innerText()).toContain('This place is next');
    await page.keyboard.press('ArrowRight');
    await expect.poll(frame).toBe('1');
    expect(await by('watch-story').innerText()).toMatch(/Code \d+ was drawn|Chance drew code \d+/);
    expect(await by('candidates').locator('[data-drawn="true"]').count()).toBe(1);
    await by('watch-codes').locator('canvas').focus();
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => by('watch-story').innerText()).toContain('Still open');
    await by('watch-play').click();
    await expect.poll(async () => Number(await frame()), { timeout: 30_000 }).toBeGreaterThan(3);
    await by('watch-play').click();
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await by('watch').waitFor({ state: 'detached' });
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
    expect(await by('studio-what').textContent()).toContain('Shoes from nothing');
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

  it('goes on beyond the border, into another picture, and begins anew', async () => {
    const offered = (panel: string): Locator => by(panel).locator('[data-test="proposal"]');
    await page.keyboard.press('e');
    await by('extend-size').waitFor();
    await page.keyboard.press('e');
    await offered('extend').nth(3).waitFor({ timeout: 60_000 });
    await offered('extend').nth(1).click();
    await expect.poll(() => by('studio-what').innerText()).toContain('7 × 10 codes');
    await page.keyboard.press('Control+z');
    await expect.poll(() => by('studio-what').innerText()).toContain('7 × 7 codes');
    await page.keyboard.press('m');
    await by('between-pick').click();
    await by('picker-item').nth(3).click();
    await by('strip-frame').nth(8).click();
    await by('between-take').click();
    await expect.poll(() => by('studio').innerText()).toMatch(/[1-9]\d* cells? changed/);
    const [download] = await Promise.all([page.waitForEvent('download'), by('strip-gif').click()]);
    const gif = await sharp(await readFile(await download.path())).metadata();
    expect([gif.format, gif.pages]).toEqual(['gif', 16]);
    await page.keyboard.press('v');
    await offered('vary').nth(7).waitFor({ timeout: 60_000 });
    await page.keyboard.press('a');
    await expect.poll(() => by('studio-what').innerText(), { timeout: 60_000 }).toContain('Drawn by');
    expect(misdeeds).toEqual({ errors: [], requests: [] });
  });

  it('compresses held-out pictures by the prior, and restores them from the file', async () => {
    await go('compression');
    await by('compression-run').click();
    await page.getByRole('option', { name: 'Garments' }).click();
    await page.getByRole('option').first().waitFor({ state: 'detached' }); // until it has closed, the list keeps the keyboard
    const count = page.locator('input[data-test="compression-count"], [data-test="compression-count"] input').first();
    await count.fill('8');
    await page.keyboard.press('Tab');
    await by('measure').click();
    await by('measured').waitFor({ timeout: 120_000 });
    await page.locator('[data-stage="prior"]').waitFor();
    const pixels = (canvases: Locator): Promise<string[]> =>
      canvases.evaluateAll((all) => all.map((canvas) => (canvas as HTMLCanvasElement).toDataURL()));
    const [download] = await Promise.all([page.waitForEvent('download'), by('save-tsr').click()]);
    const buffer = await readFile(await download.path());
    await by('restore-input').setInputFiles({ name: 'mine.tsr', mimeType: '', buffer });
    await by('restored-pictures').waitFor({ timeout: 60_000 });
    expect(await by('restore-panel').innerText()).toContain('Shoes from nothing');
    expect(await pixels(by('restored-pictures').locator('canvas'))).toEqual(
      await pixels(page.locator('[data-row="codes"] canvas')),
    );
    expect(misdeeds).toEqual({ errors: [], requests: [] });
  });
});
