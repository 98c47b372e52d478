import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openPage, type Misdeeds } from '../support/browser';
import { makePictureFolder } from '../support/pictures';
import { startServe, type Serving } from '../support/serve';

/** The main job, in a real browser with the real engine: pictures, training, codebook, repainting, export. */
describe('from a folder of pictures to a picture repainted in code space', () => {
  let serving: Serving;
  let browser: Browser;
  let page: Page;
  let misdeeds: Misdeeds;
  let pictures: string;

  const by = (name: string): Locator => page.locator(`[data-test="${name}"]`);
  const stepShown = async (): Promise<number> =>
    Number.parseInt((await by('run-step').innerText()).replaceAll(/[^\d/]/g, '').split('/')[0]!, 10);
  const until = async (holds: () => Promise<boolean>, what: string): Promise<void> => {
    await expect.poll(holds, { timeout: 120_000, interval: 100, message: what }).toBe(true);
  };
  const pixelsOf = (canvas: Locator): Promise<string> =>
    canvas.evaluate((element) => (element as HTMLCanvasElement).toDataURL());
  const startRun = async (name: string, steps: number): Promise<void> => {
    await page.goto(`${serving.address.split('?')[0]}#/train?new`);
    await page.locator('[data-test^="dataset-shapes"]').click();
    await by('preset-tiny').click();
    await by('run-name').fill(name);
    await by('group-optimization').click();
    const field = page.locator('[data-test="field-training.steps"] input');
    await field.fill(String(steps));
    await field.blur();
    await by('start').click();
    await by('run-panel').waitFor();
  };

  beforeAll(async () => {
    pictures = await makePictureFolder();
    const said = [
      {
        file_name: '000.png',
        captions: ['a disc of one colour', '一个彩色的圆盘'],
        tags: ['disc', '圆'],
        maker: 'Wei',
      },
      { file_name: '001.png', caption: 'another disc', maker: 'Ana' },
    ];
    const table = said.map((row) => `${JSON.stringify(row)}\n`).join('');
    await writeFile(path.join(pictures, 'disc', 'metadata.jsonl'), table);
    serving = await startServe();
    browser = await launchBrowser();
    ({ page, misdeeds } = await openPage(browser, serving.address));
  });

  afterAll(async () => {
    await browser?.close();
    await serving?.stop();
    await rm(path.dirname(pictures), { recursive: true, force: true });
  });

  it('shows the bundled dataset and the bundled run at the first start', async () => {
    await by('dataset-card').filter({ hasText: 'Fashion-MNIST' }).waitFor({ timeout: 60_000 });
    await by('nav-runs').click();
    await by('run-row').first().waitFor();
  });

  it('imports a folder, its sub-folders as classes', async () => {
    await by('nav-datasets').click();
    await by('import-open').click();
    await by('import-folder').setInputFiles(pictures);
    await by('import-start').click();
    await by('import-report').waitFor();
    expect(await by('import-report').innerText()).toContain('120');
    expect(await by('import-words').innerText()).toBe('3 captions, 2 tags, 2 field values');
    await by('import-done').click();
    await by('dataset-grid').waitFor();
    expect(await by('item-total').innerText()).toMatch(/120/);
    const search = page.getByPlaceholder('Search names and captions');
    await search.fill('圆盘');
    await until(async () => (await by('item-total').innerText()).startsWith('1 '), 'the search narrows the grid');
    expect(await by('dataset-item').first().getAttribute('title')).toContain('一个彩色的圆盘');
    await by('dataset-item').first().click();
    expect(await by('item-captions').locator('li').allInnerTexts()).toEqual(['a disc of one colour', '一个彩色的圆盘']);
    expect(await by('item-captions').locator('mark').innerText()).toBe('圆盘');
    expect(await by('item-fields').innerText()).toMatch(/maker\s+Wei/);
    await page.keyboard.press('Escape');
    await by('item-captions').waitFor({ state: 'detached' });
    await search.fill('');
    await until(async () => (await by('item-total').innerText()).startsWith('120'), 'all are there again');
    await by('dataset-item').first().click();
    await page.getByText('Original', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
  });

  it('trains, and the charts move; pauses and continues', async () => {
    await startRun('Shapes', 50_000);
    await until(async () => (await stepShown()) > 20, 'training goes on');
    const before = await pixelsOf(by('chart').first().locator('canvas').first());
    const stepBefore = await stepShown();
    await until(async () => (await stepShown()) > stepBefore + 20, 'the step rises');
    await until(
      async () => (await pixelsOf(by('chart').first().locator('canvas').first())) !== before,
      'the chart moves',
    );
    await by('pause').click();
    await by('continue').waitFor();
    const paused = await stepShown();
    await by('continue').click();
    await until(async () => (await stepShown()) > paused, 'it goes on after the pause');
  });

  it('goes on after its trainer was killed, from the newest checkpoint', async () => {
    await until(async () => (await stepShown()) > 260, 'a checkpoint was written');
    const run = await page.evaluate(
      () => document.querySelector('[data-test="run-panel"]')?.getAttribute('data-run') ?? '',
    );
    const lock = await readFile(path.join(serving.workspace, 'runs', run, 'trainer.lock'), 'utf8');
    process.kill((JSON.parse(lock) as { pid: number }).pid, 'SIGKILL');
    // the run is on the screen: its own panel tells of it, and no banner besides
    await by('trouble').waitFor();
    expect(await by('incident').count()).toBe(0);
    await by('continue-from').click();
    await until(async () => (await by('trouble').count()) === 0, 'the incident is settled');
    const from = await stepShown();
    await until(async () => (await stepShown()) > from + 20, 'training goes on');
  });

  it('repaints a picture while the run still trains: pixels change, undo brings them back', async () => {
    await by('nav-studio').click();
    await by('code-canvas').waitFor({ timeout: 60_000 });
    const edited = by('compare-edited').locator('canvas');
    const before = await pixelsOf(edited);
    await by('palette').click({ position: { x: 200, y: 20 } });
    await by('tool-fill').click();
    const box = (await by('code-canvas').boundingBox())!;
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await until(async () => (await pixelsOf(edited)) !== before, 'the decoded picture changes');
    await by('undo').click();
    await until(async () => (await pixelsOf(edited)) === before, 'undo brings the pixels back');
    await by('redo').click();
    await until(async () => (await pixelsOf(edited)) !== before, 'redo repaints');
    const saving = page.waitForEvent('download');
    await by('save-latent').click();
    expect((await saving).suggestedFilename()).toMatch(/\.npz$/);
  });

  it('shows the codebook of the run over the held-out split', async () => {
    await by('nav-codebook').click();
    await by('code-map').waitFor({ timeout: 60_000 });
    await by('code-map').click({ position: { x: 12, y: 12 } });
    await by('code-detail').waitFor();
  });

  it('exports the model', async () => {
    await by('nav-runs').click();
    const row = by('run-row').filter({ hasText: 'Shapes' });
    await row.locator('[data-test="run-menu"]').click();
    const download = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: /safetensors/ }).click();
    expect((await download).suggestedFilename()).toMatch(/safetensors|json|md/);
  });

  it('deletes the run once it is stopped, and brings it back on undo', async () => {
    const row = by('run-row').filter({ hasText: 'Shapes' });
    await row.locator('[data-test="run-menu"]').click();
    await page.getByRole('menuitem', { name: 'Stop' }).click();
    await until(
      async () => /Stopped|Finished/.test(await row.locator('[data-test="run-status"]').innerText()),
      'the run ends',
    );
    await row.locator('[data-test="run-menu"]').click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await until(async () => (await row.count()) === 0, 'the run leaves the table');
    await page.getByRole('button', { name: 'Undo' }).click();
    await row.waitFor();
  });

  it('presents the picture to an audience and leaves by Esc', async () => {
    await by('nav-present').click();
    await by('present-stage').waitFor();
    const first = await by('present-title').innerText();
    for (let i = 0; i < 4; i++) await page.keyboard.press('ArrowRight');
    expect(await by('present-title').innerText()).not.toBe(first);
    await by('present-surprise').click();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Escape');
    await by('studio').waitFor();
  });

  it('did nothing that a page must not do: no error, no policy violation, no request to anywhere else', () => {
    expect(misdeeds).toEqual({ errors: [], requests: [] });
  });
});
