/** Runs side by side, a sweep from the form, and the Studio of models with vectors and with levels: in a real browser, with axe. */
import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import AxeBuilder from '@axe-core/playwright';
import type { Browser, BrowserContext, Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openPage, type Misdeeds } from '../support/browser';
import { makePictureFolder } from '../support/pictures';
import { runCli, startServe, type Serving } from '../support/serve';

const shots = process.env.TESSERA_SCREENSHOTS ?? 'test-results/screens';

describe('judging models', () => {
  let workspace: string;
  let pictures: string;
  let serving: Serving;
  let browser: Browser;
  let page: Page;
  let context: BrowserContext;
  let misdeeds: Misdeeds;
  const by = (name: string): Locator => page.locator(`[data-test="${name}"]`);
  const goTo = (route: string) => page.goto(`${new URL(serving.address).origin}/#${route}`);

  /** What axe finds serious on the page as it is, and a picture of it. */
  async function findings(name: string): Promise<string[]> {
    // neither what the pointer happens to be over, nor a colour on its way to another
    await page.mouse.move(0, 0);
    await page.evaluate(() =>
      Promise.allSettled(
        document
          .getAnimations()
          .filter(({ effect }) => effect?.getComputedTiming().endTime !== Infinity)
          .map(({ finished }) => finished),
      ),
    );
    await page.screenshot({ path: path.join(shots, `${name}.png`) });
    const { violations } = await new AxeBuilder({ page })
      .setLegacyMode(true)
      .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'])
      .analyze();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
  }
  async function choose(run: string, screen: string, ready: string): Promise<void> {
    await goTo('/runs');
    await page.locator(`[data-run="${run}"] [data-test="run-menu"]`).click();
    await page.getByRole('menuitem', { name: screen }).click();
    await by(ready).first().waitFor();
  }

  /** The dialog over the three runs, on a page loaded anew. */
  async function openComparison(): Promise<void> {
    await goTo('/runs');
    await page.reload();
    for (const run of ['many-codes', 'two-levels', 'vectors'])
      await page.locator(`[data-run="${run}"] [role="checkbox"]`).click();
    await by('runs-compare').click();
    await by('compare-form').waitFor();
  }

  beforeAll(async () => {
    await mkdir(shots, { recursive: true });
    workspace = await mkdtemp(path.join(os.tmpdir(), 'tessera-judging-'));
    pictures = await makePictureFolder(40);
    const tessera = async (...args: string[]): Promise<void> => {
      const { code, stderr } = await runCli([...args, '--workspace', workspace]);
      expect(code, stderr).toBe(0);
    };
    await tessera('import', pictures);
    const train = (name: string, ...more: string[]) =>
      tessera('train', '--dataset', 'shapes', '--steps', '12', '--evaluate-every', '6', '--name', name, ...more);
    await train('many codes', '--model', 'vq-vae', '--preset', 'tiny', '--set', 'codes=2048');
    await train('two levels', '--model', 'vq-vae-2');
    await train('vectors', '--model', 'vae', '--set', 'latent=8');
    serving = await startServe({ workspace });
    browser = await launchBrowser();
    ({ page, context, misdeeds } = await openPage(browser, serving.address));
  });
  afterAll(async () => {
    await context?.close();
    await browser?.close();
    await serving?.stop();
    await rm(workspace, { recursive: true, force: true });
    await rm(path.dirname(pictures), { recursive: true, force: true });
  });

  it('compares runs over the same pictures, and hands over table, sheet and report', async () => {
    await openComparison();
    expect(await findings('compare-before')).toEqual([]);
    await by('compare-measure').click();
    await by('compare-table').waitFor();
    expect(await by('compare-table').locator('thead th').count()).toBe(4);
    expect(await by('sheet-row').count()).toBe(4);
    expect(await by('compare-table').locator('[data-best]').count()).toBeGreaterThan(0);
    expect(await findings('compare')).toEqual([]);
    const contents: string[] = [];
    for (const file of ['table', 'sheet', 'report']) {
      const download = page.waitForEvent('download');
      await by(`compare-save-${file}`).click();
      contents.push((await readFile(await (await download).path())).toString('latin1'));
    }
    const [table, sheet, report] = contents;
    expect(table?.split('\r\n')[0]).toMatch(/^run,name,model,dataset,split,items,step,bits-per-item,nmse/);
    expect(sheet?.slice(1, 4)).toBe('PNG');
    expect(report).toMatch(/^<!doctype html>[\s\S]*two levels[\s\S]*data:image\/png;base64/);
  });

  it('gives the reason where runs read pictures of another size', async () => {
    await openComparison();
    await by('compare-dataset').click();
    await page.getByRole('option', { name: /Fashion-MNIST/ }).click();
    await by('compare-measure').click();
    await by('error').waitFor();
    expect(await by('error').innerText()).toMatch(/The model reads items of 32 × 32 px, colour/);
    expect(await findings('compare-refused')).toEqual([]);
  });

  it('queues a sweep from the form, and shows it where runs are', async () => {
    await goTo('/train?new=shapes');
    await by('preset-tiny').click();
    await by('group-optimization').click();
    const steps = page.locator('[data-test="field-training.steps"] input');
    await steps.fill('4');
    await steps.blur();
    await page.locator('[data-test="vary-open"]:enabled').click();
    await by('vary-field').click();
    await page.keyboard.type('model.quantizer.codes');
    await page.keyboard.press('Enter');
    await page.locator('[data-test="vary-queue"]:enabled').waitFor();
    expect(await by('vary-cost-runs').innerText()).toBe('3');
    expect(await findings('sweep')).toEqual([]);
    await by('vary-queue').click();
    await by('sweep').waitFor();
    await expect.poll(() => by('sweep-run').count()).toBe(3);
    await by('sweep').getByText('3 of 3 evaluated').waitFor({ timeout: 120_000 });
    expect(await findings('sweep-done')).toEqual([]);
  });

  it.each([
    ['vectors', 'Open in Studio', 'dial', 'studio-sliders'],
    ['two-levels', 'Open in Studio', 'layer', 'studio-layers'],
    ['two-levels', 'Open in Codebook', 'code-map', 'codebook-layers'],
    ['many-codes', 'Curves', 'finding-dead-codes', 'collapse-doctor'],
  ])('has no serious accessibility finding for “%s” in %s', async (run, screen, ready, name) => {
    await choose(run, screen, ready);
    expect(await findings(name)).toEqual([]);
  });

  it('has none in the engine’s doctor either', async () => {
    await goTo('/runs');
    await page.reload();
    await by('engine').click();
    await page.getByRole('dialog').waitFor();
    await page.getByRole('dialog').getByText('TensorFlow').first().waitFor();
    expect(await findings('engine-doctor')).toEqual([]);
  });

  it('left no error and asked nothing of another machine', () => {
    expect(misdeeds).toEqual({ errors: [], requests: [] });
  });
});
