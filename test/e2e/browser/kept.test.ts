import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContext, Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openPage } from '../support/browser';
import { startServe, type Serving } from '../support/serve';

const shots = fileURLToPath(new URL('../../../test-results/kept', import.meta.url));

/** What somebody made is there after a reload, and after the workbench was ended and started anew. */
describe('what a person made', () => {
  let workspace: string;
  let serving: Serving;
  let browser: Browser;
  let context: BrowserContext;
  let page: Page;

  const by = (name: string): Locator => page.locator(`[data-test="${name}"]`);
  const go = (route: string): Promise<unknown> => page.goto(`${new URL(serving.address).origin}/#${route}`);
  const pixelsOf = (canvas: Locator): Promise<string> =>
    canvas.evaluate((element) => (element as HTMLCanvasElement).toDataURL());
  const hash = (): string => new URL(page.url()).hash;
  /** Ends the workbench under the open tab, and starts it again as a person would. */
  async function startAnew(): Promise<void> {
    await serving.stop();
    await by('connection-lost').waitFor();
    serving = await startServe({ workspace, again: true });
    await by('connection-lost').waitFor({ state: 'detached', timeout: 60_000 });
  }

  beforeAll(async () => {
    await mkdir(shots, { recursive: true });
    workspace = await mkdtemp(path.join(os.tmpdir(), 'tessera-kept-'));
    serving = await startServe({ workspace });
    browser = await launchBrowser();
    ({ page, context } = await openPage(browser, serving.address));
    await by('dataset-card').first().waitFor({ timeout: 120_000 });
  });
  afterAll(async () => {
    await context?.close();
    await browser?.close();
    await serving?.stop();
    await rm(workspace, { recursive: true, force: true });
  });

  it('comes back in the Studio: the same tab goes on with picture, edits and undo', async () => {
    await go('/studio');
    await by('code-canvas').waitFor({ timeout: 60_000 });
    const edited = by('compare-edited').locator('canvas');
    const before = await pixelsOf(edited);
    await by('palette').click({ position: { x: 200, y: 20 } });
    await by('tool-fill').click();
    const box = (await by('code-canvas').boundingBox())!;
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await expect.poll(() => pixelsOf(edited)).not.toBe(before);
    await expect.poll(hash).toMatch(/^#\/studio\/[0-9a-f]{16}$/);
    const [address, painted] = [hash(), await pixelsOf(edited)];
    const status = await by('studio-what').innerText();

    await page.reload();
    await by('code-canvas').waitFor({ timeout: 60_000 });
    await expect.poll(() => pixelsOf(edited)).toBe(painted);

    await startAnew();
    expect(hash()).toBe(address);
    expect(await by('studio-what').innerText()).toBe(status);
    expect(await pixelsOf(edited)).toBe(painted);
    await by('undo').click();
    await expect.poll(() => pixelsOf(edited), { timeout: 60_000 }).toBe(before);

    // and a tab that is loaded only now finds the same, with what was undone
    await expect.poll(() => by('redo').isEnabled()).toBe(true);
    await page.reload();
    await by('code-canvas').waitFor({ timeout: 60_000 });
    await by('redo').click();
    await expect.poll(() => pixelsOf(edited), { timeout: 60_000 }).toBe(painted);
  }, 240_000);

  it('is put aside for another picture, said, and offered back', async () => {
    const edited = by('compare-edited').locator('canvas');
    const painted = await pixelsOf(edited);
    await by('studio-pick').click();
    await by('picker-item').nth(5).click();
    await by('studio-aside').waitFor();
    await page.screenshot({ path: path.join(shots, 'aside.png') });
    await expect.poll(() => pixelsOf(edited)).not.toBe(painted);
    await by('bring-back').click();
    await expect.poll(() => pixelsOf(edited), { timeout: 60_000 }).toBe(painted);
    await page.goBack();
    await expect.poll(() => pixelsOf(edited), { timeout: 60_000 }).not.toBe(painted);
    await page.goForward();
    await expect.poll(() => pixelsOf(edited), { timeout: 60_000 }).toBe(painted);
    await by('studio-new').click();
    await page.getByRole('menuitem', { name: /Recent work/ }).click();
    await by('recent-item').first().waitFor();
    await page.screenshot({ path: path.join(shots, 'recent.png') });
    await page.keyboard.press('Escape');
  }, 240_000);

  it('comes back in the form of a new run', async () => {
    await go('/train?new=fashion-mnist');
    await by('run-name').fill('My own name');
    await by('preset-tiny').click();
    await by('group-optimization').click();
    const steps = page.locator('[data-test="field-training.steps"] input');
    await steps.fill('1234');
    await steps.blur();
    await startAnew();
    await page.reload();
    await by('draft-back').waitFor();
    await page.screenshot({ path: path.join(shots, 'draft.png') });
    expect(await by('run-name').inputValue()).toBe('My own name');
    await by('group-optimization').click();
    expect(await steps.inputValue()).toBe('1234');
    await by('draft-again').click();
    expect(await by('run-name').inputValue()).toBe('');
  }, 240_000);

  it('comes back as results of compression and comparison, each at its address', async () => {
    await go('/compression');
    await by('measure-form').waitFor({ timeout: 60_000 });
    const count = page.locator('input[data-test="compression-count"], [data-test="compression-count"] input').first();
    await count.fill('4');
    await page.keyboard.press('Tab');
    await by('measure').click();
    await by('measured').waitFor({ timeout: 120_000 });
    const compressed = hash();
    expect(compressed).toMatch(/^#\/compression\/compression-\w+$/);
    const measured = await by('measured').innerText();

    // a second run to compare the first with: the same weights under another name
    const runs = path.join(workspace, 'runs');
    await cp(path.join(runs, 'fashion-mnist-tiny'), path.join(runs, 'twin'), { recursive: true });
    const manifest = path.join(runs, 'twin', 'run.json');
    const text = JSON.parse(await readFile(manifest, 'utf8')) as Record<string, unknown>;
    await writeFile(manifest, JSON.stringify({ ...text, id: 'twin', name: 'Twin' }));
    await startAnew();
    expect(await by('measured').innerText()).toBe(measured);
    await page.reload();
    await by('measured').waitFor({ timeout: 60_000 });
    expect(await by('measured').innerText()).toBe(measured);

    await go('/runs');
    for (const run of ['fashion-mnist-tiny', 'twin'])
      await page.locator(`[data-run="${run}"] [role="checkbox"]`).click({ timeout: 60_000 });
    await by('runs-compare').click();
    await by('compare-measure').click();
    await by('compare-table').waitFor({ timeout: 120_000 });
    await expect.poll(hash).toMatch(/^#\/runs\/compare\/compare-\w+$/);
    const table = await by('compare-table').innerText();
    await startAnew();
    await page.reload();
    await by('compare-table').waitFor({ timeout: 60_000 });
    expect(await by('compare-table').innerText()).toBe(table);
    await page.screenshot({ path: path.join(shots, 'compare.png') });
    await page.keyboard.press('Escape');
    await expect.poll(hash).toBe('#/runs');
    await by('kept').click();
    await by('kept-item').waitFor();
    await page.screenshot({ path: path.join(shots, 'kept-list.png') });
  }, 400_000);

  it('a browser without the key is asked for it, and let in with it', async () => {
    const origin = new URL(serving.address).origin;
    for (const [locale, colorScheme] of [
      ['en', 'light'],
      ['zh-CN', 'dark'],
    ] as const) {
      const other = await browser.newContext({ locale, colorScheme, viewport: { width: 900, height: 700 } });
      const stranger = await other.newPage();
      const errors: string[] = [];
      stranger.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
      await stranger.goto(origin);
      await stranger.screenshot({ path: path.join(shots, `key-${locale}.png`) });
      await stranger.locator('#token').fill('nonsense');
      await stranger.locator('button').click();
      await stranger.getByRole('alert').waitFor();
      await stranger.locator('#token').fill(serving.address);
      await stranger.locator('button').click();
      await stranger.locator('[data-test="dataset-card"]').first().waitFor({ timeout: 60_000 });
      expect(errors.filter((text) => !text.includes('401'))).toEqual([]);
      await other.close();
    }
  }, 120_000);
});
