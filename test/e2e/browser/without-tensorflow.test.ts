/** A machine on which TensorFlow was never set up: the bundled run is explored and repainted all the same. */
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Locator, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchBrowser, openPage, type Misdeeds } from '../support/browser';
import { startServe, type Serving } from '../support/serve';

describe('without TensorFlow', () => {
  let cache: string;
  let serving: Serving;
  let browser: Browser;
  let page: Page;
  let misdeeds: Misdeeds;

  const by = (name: string): Locator => page.locator(`[data-test="${name}"]`);
  const until = async (holds: () => Promise<boolean> | boolean, what: string): Promise<void> => {
    await expect.poll(holds, { timeout: 60_000, interval: 100, message: what }).toBe(true);
  };
  const pixelsOf = (canvas: Locator): Promise<string> =>
    canvas.evaluate((element) => (element as HTMLCanvasElement).toDataURL());

  beforeAll(async () => {
    cache = await mkdtemp(path.join(os.tmpdir(), 'tessera-no-engine-'));
    serving = await startServe({ environment: { TESSERA_CACHE: cache, TESSERA_ENGINE: '' } });
    browser = await launchBrowser();
    ({ page, misdeeds } = await openPage(browser, serving.address));
  });
  afterAll(async () => {
    await browser?.close();
    await serving?.stop();
    await rm(cache, { recursive: true, force: true });
  });

  it('says so in the terminal and on the page, with the choice', async () => {
    await until(
      () => /TensorFlow is not set up[\s\S]*Nothing can be trained[\s\S]*tessera setup/.test(serving.output()),
      'the terminal says so',
    );
    await by('without-tensorflow').waitFor({ timeout: 60_000 });
    expect(await by('without-tensorflow').innerText()).toMatch(/Training does not/);
    await by('without-tensorflow-accept').click();
    await by('without-tensorflow').waitFor({ state: 'detached' });
  });

  it('repaints a picture of the bundled run: pixels change, undo brings them back', async () => {
    await by('dataset-card').filter({ hasText: 'Fashion-MNIST' }).waitFor({ timeout: 60_000 });
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
  });

  it('shows the codebook of the bundled run over its held-out split', async () => {
    await by('nav-codebook').click();
    await by('code-map').waitFor({ timeout: 60_000 });
    await by('code-map').click({ position: { x: 12, y: 12 } });
    await by('code-detail').waitFor();
  });

  it('refuses training with what to do', async () => {
    await page.goto(`${serving.address.split('?')[0]}#/train?new`);
    await page.locator('[data-test^="dataset-"]').first().click();
    await by('preset-tiny').click();
    await page.getByText(/Training needs TensorFlow/).waitFor();
    expect(await by('start-form').innerText()).toMatch(/tessera setup/);
    expect(await by('start').isDisabled()).toBe(true);
  });

  it('did nothing that a page must not do', () => {
    expect(misdeeds).toEqual({ errors: [], requests: [] });
  });
});

describe('npm start on a machine without a compiler and Python', () => {
  let folder: string;
  let child: ChildProcess;

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'tessera-start-'));
    await mkdir(path.join(folder, 'bin'));
  });
  afterAll(async () => {
    child?.kill('SIGINT');
    if (child?.exitCode === null) await new Promise((resolve) => child.once('close', resolve));
    await rm(folder, { recursive: true, force: true });
  });

  it('says what is missing and what the choice is, and opens without TensorFlow where nobody can answer', async () => {
    const script = fileURLToPath(new URL('../../../scripts/start.mjs', import.meta.url));
    const args = ['--browser', '--port', '0', '--workspace', path.join(folder, 'workspace')];
    child = spawn(process.execPath, [script, ...args], {
      env: {
        ...process.env,
        PATH: path.join(folder, 'bin'),
        TESSERA_CACHE: path.join(folder, 'cache'),
        TESSERA_ENGINE: '',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let printed = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    await expect.poll(() => printed, { timeout: 120_000, interval: 100 }).toMatch(/Tessera is open at http:/);
    expect(printed).toMatch(/Python 3 was not found/);
    expect(printed).toMatch(/apt-get install python3/);
    expect(printed).toMatch(
      /Open Tessera without it[\s\S]*Nothing can be trained[\s\S]*Stop here, install what is missing/,
    );
  });
});
