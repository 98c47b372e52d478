import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { _electron, type ElectronApplication, type Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { DesktopBridge } from '@shared/contract';
import { silentContract, workbenchContract } from '@shared/contract';
import { createPeer, encodeEnvelope } from '@shared/wire';
import { buildShell, findElectron, openDisplay, type Shell } from './electron';
import { pagePipe, type Scope } from './page-pipe';

let electron: string;
let shell: Shell;
let display: Awaited<ReturnType<typeof openDisplay>>;
let app: ElectronApplication;
let page: Page;
let workspace: string;

const launchArguments = (): string[] => [shell.entry, '--no-sandbox', '--workspace', workspace];
const environment = (): Record<string, string> => ({
  ...(process.env as Record<string, string>),
  DISPLAY: display.name,
  TESSERA_NODE: process.execPath,
  TESSERA_PAGE: shell.page,
  TESSERA_WORKBENCH: shell.workbench,
  XDG_CONFIG_HOME: workspace,
});

beforeAll(async () => {
  electron = await findElectron();
  shell = await buildShell();
  display = await openDisplay();
  workspace = await mkdtemp(path.join(os.tmpdir(), 'tessera-shell-workspace-'));
  app = await _electron.launch({ executablePath: electron, args: launchArguments(), env: environment() });
  page = await app.firstWindow();
  // not waitForFunction: what it injects is too new for the old Electron
  await vi.waitFor(async () => expect(await page.evaluate(() => 'loaded' in window)).toBe(true));
});

afterAll(async () => {
  await app?.close();
  display?.close();
  await shell?.remove();
  if (workspace) await rm(workspace, { recursive: true, force: true });
});

describe('the window', () => {
  it('shows the page under its own scheme', async () => {
    expect(page.url()).toBe('app://tessera/index.html');
    expect(await page.title()).toBe('Tessera');
  });

  it('is sandboxed, isolated, and has nothing of Node', async () => {
    const preferences = await app.evaluate(({ BrowserWindow }) => {
      const contents = BrowserWindow.getAllWindows()[0]!.webContents as unknown as {
        getLastWebPreferences(): Record<string, unknown>;
      };
      const { sandbox, contextIsolation, nodeIntegration, webSecurity, webviewTag } = contents.getLastWebPreferences();
      return { sandbox, contextIsolation, nodeIntegration, webSecurity, webviewTag };
    });
    expect(preferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webSecurity: true,
    });
    expect(preferences.webviewTag ?? false).toBe(false);
    const found = await page.evaluate(() =>
      ['require', 'process', 'module', 'Buffer', 'global', 'electron', 'ipcRenderer'].filter((name) => name in window),
    );
    expect(found).toEqual([]);
  });

  it('has a bridge of named functions that the page can’t change', async () => {
    const tree = await page.evaluate(() => {
      const bridge = (window as unknown as { tessera: Record<string, unknown> }).tessera;
      try {
        bridge.send = 'mine';
      } catch {
        // frozen
      }
      return Object.fromEntries(Object.keys(bridge).map((key) => [key, typeof bridge[key]]));
    });
    expect(tree).toEqual({
      send: 'function',
      onMessage: 'function',
      onClosed: 'function',
      chooseSources: 'function',
      dropSources: 'function',
      onSources: 'function',
      setMenu: 'function',
      onMenuCommand: 'function',
    });
  });

  it('runs no inline script and no eval: the policy holds', async () => {
    expect(await page.evaluate(() => 'inline' in window)).toBe(false);
    const policy = await page.evaluate(() =>
      fetch('./index.html').then((answer) => answer.headers.get('content-security-policy')),
    );
    expect(policy).toContain("script-src 'self';");
    expect(
      await page.evaluate(() =>
        fetch('https://example.com/').then(
          () => 'reached',
          () => 'blocked',
        ),
      ),
    ).toBe('blocked');
    expect(
      await page.evaluate(() =>
        fetch('file:///etc/passwd').then(
          () => 'reached',
          () => 'blocked',
        ),
      ),
    ).toBe('blocked');
  });
});

describe('the page protocol', () => {
  it('gives files with their types', async () => {
    const type = await page.evaluate(() =>
      fetch('./assets/page-12345678.js').then((answer) => answer.headers.get('content-type')),
    );
    expect(type).toBe('text/javascript; charset=utf-8');
  });

  it.each([
    'app://tessera/../secret.html',
    'app://tessera/..%2fsecret.html',
    'app://tessera/%2e%2e/secret.html',
    'app://tessera/..%5csecret.html',
    'app://other/index.html',
    'app://tessera/assets/',
  ])('%s leads nowhere', async (url) => {
    const answer = await page.evaluate(
      (url) =>
        fetch(url).then(
          (got) => got.text().then((text) => ({ status: got.status, text })),
          () => ({ status: 0, text: '' }),
        ),
      url,
    );
    expect([0, 404]).toContain(answer.status);
    expect(answer.text).not.toContain('SECRET');
  });
});

describe('leaving', () => {
  it.each(['https://example.com/', 'file:///etc/passwd', 'app://other/index.html', 'data:text/html,hello'])(
    'for %s is refused',
    async (url) => {
      await page.evaluate((url) => void (window.location.href = url), url);
      await app.evaluate(() => undefined); // the refusal is the main process's: it has come by there
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
      expect(page.url()).toBe('app://tessera/index.html');
    },
  );

  it('by a new window is refused for every address, and only links of ours go to the browser', async () => {
    const addresses = [
      'https://example.com/',
      'app://tessera/index.html',
      'about:blank',
      'file:///etc/passwd',
      'https://arxiv.org/abs/1711.00937',
    ];
    const home = await mkdtemp(path.join(os.tmpdir(), 'tessera-shell-probe-'));
    const env = { ...environment(), XDG_CONFIG_HOME: home, PROBE_ADDRESSES: JSON.stringify(addresses) };
    const probe = spawn(electron, [shell.windowProbe, '--no-sandbox', '--workspace', home], {
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let printed = '';
    probe.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    await new Promise((resolve) => probe.on('close', resolve));
    await rm(home, { recursive: true, force: true });
    expect(JSON.parse(printed)).toEqual({
      windows: 1,
      external: ['https://arxiv.org/abs/1711.00937'],
      url: 'app://tessera/index.html',
    });
  });

  it('no permission is granted for the asking', async () => {
    const outcome = await page.evaluate(async () => ({
      notifications: await Notification.requestPermission(),
      camera: await navigator.mediaDevices.getUserMedia({ video: true }).then(
        () => 'granted',
        (error: Error) => error.name,
      ),
      place: await new Promise<string>((resolve) =>
        navigator.geolocation.getCurrentPosition(
          () => resolve('granted'),
          ({ code }) => resolve(`refused ${code}`),
        ),
      ),
    }));
    expect(outcome).toEqual({
      notifications: 'denied',
      camera: expect.stringMatching(/Not(Allowed|Found)Error/),
      place: 'refused 1',
    });
  });
});

describe('messages', () => {
  it('go through to the workbench and back, unread', async () => {
    const peer = createPeer(await pagePipe(page), workbenchContract, silentContract, {});
    expect(await peer.request('app.info', {})).toMatchObject({ version: '9.9.9', host: 'desktop' });
    await expect(peer.request('datasets.get', { dataset: 'none' })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  });

  it('from another window are dropped, though it has the same preload and address', async () => {
    const message = [...encodeEnvelope({ kind: 'request', id: 1, method: 'app.info', params: {} })];
    const outcome = await app.evaluate(
      async ({ BrowserWindow }, { preload, message }) => {
        const rogue = new BrowserWindow({
          show: false,
          webPreferences: { preload, sandbox: true, contextIsolation: true },
        });
        await rogue.loadURL('app://tessera/index.html');
        const code = `
          tessera.onMessage(() => { window.heard = true; });
          tessera.send(Uint8Array.from(${JSON.stringify(message)}));
          tessera.chooseSources('folder').then(() => 'answered', (error) => String(error))`;
        const answer = (await rogue.webContents.executeJavaScript(code)) as string;
        const heard = (await rogue.webContents.executeJavaScript('Boolean(window.heard)')) as boolean;
        rogue.destroy();
        return { answer, heard };
      },
      { preload: path.join(path.dirname(shell.entry), 'preload.cjs'), message },
    );
    expect(outcome.answer).toContain("not from Tessera's own page");
    expect(outcome.heard).toBe(false);
  });

  it('of the wrong shape are refused', async () => {
    const refused = await page.evaluate(() =>
      (window as unknown as Scope).tessera.chooseSources('disk' as 'folder').then(() => '', String),
    );
    expect(refused).toContain('not the value that was expected');
  });

  it('reach the next workbench after one has ended, and the page hears of it', async () => {
    const peer = createPeer(await pagePipe(page), workbenchContract, silentContract, {});
    const closed = page.evaluate(
      () => new Promise<string>((resolve) => (window as unknown as Scope).tessera.onClosed(() => resolve('closed'))),
    );
    peer.request('app.help', { page: 'engine', locale: 'en' }).catch(() => undefined);
    expect(await closed).toBe('closed');
    expect(await peer.request('app.info', {})).toMatchObject({ version: '9.9.9' });
  });
});

describe('the menu', () => {
  const commands = [
    {
      id: 'data.import',
      label: 'Import pictures…',
      menu: 'file',
      menuLabel: 'File',
      accelerator: 'CmdOrCtrl+O',
      enabled: true,
    },
    { id: 'run.pause', label: 'Pause', menu: 'run', menuLabel: 'Run', accelerator: 'not a key', enabled: false },
  ];
  const menu = () =>
    app.evaluate(({ Menu }) =>
      (Menu.getApplicationMenu()?.items ?? []).map(({ label, submenu }) => ({
        label,
        items: (submenu?.items ?? []).filter(({ id }) => id).map(({ id, label, enabled }) => ({ id, label, enabled })),
      })),
    );

  it('shows the commands that the page sends, and tells the page which was chosen', async () => {
    const chosen = page.evaluate((commands) => {
      const { tessera } = window as unknown as Scope;
      return new Promise<string>((resolve) => {
        tessera.onMenuCommand(resolve);
        tessera.setMenu(commands as Parameters<DesktopBridge['setMenu']>[0]);
      });
    }, commands);
    await expect
      .poll(menu)
      .toContainEqual({ label: 'File', items: [{ id: 'data.import', label: 'Import pictures…', enabled: true }] });
    expect(await menu()).toContainEqual({ label: 'Run', items: [{ id: 'run.pause', label: 'Pause', enabled: false }] });
    await app.evaluate(({ Menu }) => Menu.getApplicationMenu()!.getMenuItemById('data.import')!.click());
    expect(await chosen).toBe('data.import');
  });

  it('stays as it is when the page sends nonsense', async () => {
    const before = await menu();
    await page.evaluate(() => (window as unknown as Scope).tessera.setMenu([{ role: 'quit' }] as never));
    await page.evaluate(() =>
      (window as unknown as Scope).tessera.chooseSources('disk' as 'folder').catch(() => undefined),
    );
    expect(await menu()).toEqual(before);
  });
});

describe('a second start', () => {
  it('ends at once and hands its folder to the first, which grants it and tells the page', async () => {
    const offered = page.evaluate(
      () => new Promise<unknown>((resolve) => (window as unknown as Scope).tessera.onSources(resolve)),
    );
    const second = spawn(electron, [...launchArguments(), workspace], { env: environment(), stdio: 'ignore' });
    const code = await new Promise((resolve) => second.on('exit', resolve));
    expect(code).toBe(0);
    expect(await offered).toEqual({ grant: expect.stringMatching(/^grant-\d+$/), name: path.basename(workspace) });
    const granted = JSON.parse(await readFile(path.join(workspace, 'granted.json'), 'utf8')) as [string, string[]][];
    expect(granted.at(-1)![1]).toEqual([workspace]);
  });
});

describe('quitting', () => {
  it('asks the workbench to end in order, and remembers the place of the window', async () => {
    const ended = new Promise((resolve) => app.process().once('exit', resolve));
    await app.evaluate(({ app: electronApp }) => {
      setTimeout(() => electronApp.quit(), 0);
    });
    await ended;
    expect(await readFile(path.join(workspace, 'closed.txt'), 'utf8')).toBe('in order');
    const remembered = JSON.parse(await readFile(path.join(workspace, 'Electron', 'window.json'), 'utf8')) as unknown;
    expect(remembered).toMatchObject({
      bounds: { width: expect.any(Number), height: expect.any(Number) },
      maximized: false,
    });
  });
});
