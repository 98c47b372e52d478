import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { _electron, type ElectronApplication } from 'playwright';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { silentContract, workbenchContract } from '@shared/contract';
import { createPeer } from '@shared/wire';
import { buildShell, findElectron, openDisplay, type Shell } from './electron';
import { pagePipe } from './page-pipe';

const built = fileURLToPath(new URL('../../../dist/node/workbench.js', import.meta.url));

let shell: Shell;
let display: Awaited<ReturnType<typeof openDisplay>>;
let app: ElectronApplication;
let home: string;

beforeAll(async () => {
  if (!existsSync(built)) throw new Error('dist/node/workbench.js is missing: run "npm run build" first.');
  const executablePath = await findElectron();
  shell = await buildShell();
  display = await openDisplay();
  home = await mkdtemp(path.join(os.tmpdir(), 'tessera-shell-real-'));
  app = await _electron.launch({
    executablePath,
    args: [shell.entry, '--no-sandbox', '--workspace', path.join(home, 'workspace')],
    env: {
      ...(process.env as Record<string, string>),
      DISPLAY: display.name,
      TESSERA_NODE: process.execPath,
      TESSERA_PAGE: shell.page,
      TESSERA_WORKBENCH: built,
      XDG_CONFIG_HOME: home,
    },
  });
});

afterAll(async () => {
  await app?.close();
  display?.close();
  await shell?.remove();
  if (home) await rm(home, { recursive: true, force: true });
});

it('the window reaches the real workbench, which ends in order when the app quits', async () => {
  const page = await app.firstWindow();
  await vi.waitFor(async () => expect(await page.evaluate(() => 'loaded' in window)).toBe(true));
  const peer = createPeer(await pagePipe(page), workbenchContract, silentContract, {});
  expect(await peer.request('app.info', {})).toMatchObject({
    host: 'desktop',
    workspace: path.join(home, 'workspace'),
    platform: process.platform,
  });
  expect(Array.isArray(await peer.request('runs.list', {}))).toBe(true);
  await expect(peer.request('runs.get', { run: 'none' })).rejects.toMatchObject({ code: 'NOT_FOUND' });

  const ended = new Promise((resolve) => app.process().once('exit', resolve));
  await app.evaluate(({ app: electronApp }) => {
    setTimeout(() => electronApp.quit(), 0);
  });
  await ended;
  const left = await readdir(path.join(home, 'workspace'));
  expect(left).toContain('catalogue.sqlite');
  expect(left.filter((name) => name.endsWith('.lock'))).toEqual([]); // released: another host may open it at once
});
