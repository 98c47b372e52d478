import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openPage, type Misdeeds } from '../support/browser';
import { makePictureFolder } from '../support/pictures';
import { runCli, startServe, type Serving } from '../support/serve';

/** A model of vectors: new pictures in the Studio, and on the command line. */
describe('a model of vectors', () => {
  let folder: string;
  let pictures: string;
  let serving: Serving;
  let browser: Browser;
  let page: Page;
  let misdeeds: Misdeeds;
  const by = (name: string) => page.locator(`[data-test="${name}"]`);

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'tessera-vectors-'));
    const workspace = path.join(folder, 'workspace');
    pictures = await makePictureFolder();
    const here = ['--workspace', workspace];
    expect((await runCli(['import', pictures, '--name', 'Shapes', '--size', '16', ...here])).code).toBe(0);
    const trained = await runCli(['train', '--dataset', 'Shapes', '--model', 'pca', '--preset', 'pca-tiny', ...here]);
    expect(trained.result).toMatchObject({ status: 'finished' });
    serving = await startServe({ workspace });
    browser = await launchBrowser();
    ({ page, misdeeds } = await openPage(browser, serving.address));
    await page.goto(`${new URL(serving.address).origin}/#/studio`);
    await by('current-model').first().waitFor({ timeout: 120_000 });
    if ((await by('draws').count()) === 0) {
      await by('current-model').first().click();
      await page.getByRole('option', { name: /Shapes/ }).click();
    }
    await by('draws').waitFor({ timeout: 60_000 });
  });

  afterAll(async () => {
    await browser?.close();
    await serving?.stop();
    for (const each of [folder, path.dirname(pictures)]) await rm(each, { recursive: true, force: true });
  });

  it('draws new pictures, tells how typical the numbers are, and lays one on the table', async () => {
    const components = page.getByRole('spinbutton', { name: 'Gaussians' });
    await components.fill('2');
    await components.press('Enter');
    await by('draw-mixture').click();
    await by('take-drawn').nth(7).waitFor({ timeout: 60_000 });
    await by('density-kind').waitFor();
    const before = await by('density').innerText();
    await by('take-drawn').first().focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => by('studio-status').innerText()).toContain('16 numbers changed');
    await expect.poll(() => by('density').innerText()).not.toBe(before);
    await by('undo').click();
    await expect.poll(() => by('density').innerText()).toBe(before);
  });

  it('has no serious accessibility finding meanwhile, and did nothing that a page must not do', async () => {
    const { violations } = await new AxeBuilder({ page })
      .setLegacyMode(true)
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
      .analyze();
    const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
    expect(serious.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`)).toEqual([]);
    expect(misdeeds).toEqual({ errors: [], requests: [] });
  });
});
