import { readFile } from 'node:fs/promises';
import type { Browser, Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openPage, type Misdeeds } from '../support/browser';
import { startServe, type Serving } from '../support/serve';

/** Held-out pictures of the bundled run become a file, which gives them back. */
describe('compressing pictures', () => {
  let serving: Serving;
  let browser: Browser;
  let page: Page;
  let misdeeds: Misdeeds;

  const by = (name: string): Locator => page.locator(`[data-test="${name}"]`);

  beforeAll(async () => {
    serving = await startServe();
    browser = await launchBrowser();
    ({ page, misdeeds } = await openPage(browser, serving.address));
    await by('dataset-card').first().waitFor({ timeout: 120_000 });
    await by('nav-compression').click();
    await by('measure-form').waitFor({ timeout: 60_000 });
  });

  afterAll(async () => {
    await browser?.close();
    await serving?.stop();
  });

  const sizeOf = async (stage: string): Promise<number> => {
    const bytes = await page.locator(`[data-stage="${stage}"] td`).first().innerText();
    return Number(bytes.replaceAll(',', ''));
  };
  const pixelsOf = (canvases: Locator): Promise<string[]> =>
    canvases.evaluateAll((all) => all.map((canvas) => (canvas as HTMLCanvasElement).toDataURL()));

  it('shows what they take at every stage, beside other formats', async () => {
    const count = page.locator('input[data-test="compression-count"], [data-test="compression-count"] input').first();
    await count.fill('12');
    await page.keyboard.press('Tab');
    await by('measure').click();
    await by('measured').waitFor({ timeout: 120_000 });
    await expect.poll(() => by('bar-chart').locator('canvas').count()).toBe(1);
    await expect.poll(() => by('curve-chart').locator('canvas').count()).toBe(1);
    const [raw, fixed, adaptive] = [await sizeOf('raw'), await sizeOf('fixed'), await sizeOf('adaptive')];
    expect(raw).toBe(12 * 28 * 28);
    expect(fixed).toBeLessThan(raw / 10);
    expect(adaptive).toBeLessThan(fixed * 1.2);
    expect(await by('format-jpeg').innerText()).toMatch(/quality 1\b|dB/);
    await by('counting-files').click();
    expect(await sizeOf('jpegSame')).toBeGreaterThan(await sizeOf('file'));
    await by('look').first().click();
    await by('large-picture').waitFor();
    expect(await by('large-picture').locator('canvas').count()).toBe(4);
    await page.keyboard.press('Escape');
  });

  it('saves the file, and opens it again to the very same pictures', async () => {
    const [download] = await Promise.all([page.waitForEvent('download'), by('save-tsr').click()]);
    expect(download.suggestedFilename()).toMatch(/\.tsr$/);
    const file = await readFile(await download.path());
    expect(file.subarray(1, 4).toString()).toBe('TSR');
    expect(await sizeOf('file')).toBe(file.length);
    const rebuilt = await pixelsOf(page.locator('[data-row="codes"] canvas'));
    await by('restore-input').setInputFiles({ name: 'mine.tsr', mimeType: '', buffer: file });
    await by('restored-pictures').waitFor({ timeout: 60_000 });
    expect(await pixelsOf(by('restored-pictures').locator('canvas'))).toEqual(rebuilt);
    expect(new Set(rebuilt).size).toBe(12);
  });

  it('says why another file is refused', async () => {
    await by('restore-input').setInputFiles({ name: 'notes.tsr', mimeType: '', buffer: Buffer.from('no such file') });
    await by('restore-panel').getByRole('alert').waitFor();
    expect(await by('restore-panel').innerText()).toContain('notes.tsr: This compressed file can’t be opened');
    expect(misdeeds).toEqual({ errors: [], requests: [] });
  });
});
