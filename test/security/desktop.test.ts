import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { EventEmitter } from 'node:events';
import fc from 'fast-check';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { createBridge, type PreloadModules } from '../../main/desktop/bridge';
import { channels } from '../../main/desktop/channels';
import { externalAddress, openExternal } from '../../main/desktop/security/external';
import { createIpc } from '../../main/desktop/security/ipc';
import { enableNavigationGuards } from '../../main/desktop/security/navigation';
import { enablePermissions, isPermitted } from '../../main/desktop/security/permissions';
import { enableSources } from '../../main/desktop/sources';
import { createWindow, webPreferences } from '../../main/desktop/window/window';

type Listener = (event: unknown, ...args: unknown[]) => unknown;

const electron = vi.hoisted(() => ({
  made: [] as Record<string, unknown>[],
  on: new Map<string, Listener>(),
  handle: new Map<string, Listener>(),
  app: { handlers: new Map<string, (...args: unknown[]) => void>() },
  session: {} as Record<string, (...args: unknown[]) => unknown>,
  openExternal: vi.fn(() => Promise.resolve()),
  showOpenDialog: vi.fn(),
}));

vi.mock('electron', () => ({
  BrowserWindow: class {
    constructor(options: Record<string, unknown>) {
      electron.made.push(options);
    }
    on = vi.fn();
    once = vi.fn();
    maximize = vi.fn();
    loadURL = vi.fn(() => Promise.resolve());
  },
  nativeTheme: { shouldUseDarkColors: false },
  screen: {},
  dialog: { showOpenDialog: electron.showOpenDialog },
  shell: { openExternal: electron.openExternal },
  app: { on: (name: string, listener: (...args: unknown[]) => void) => electron.app.handlers.set(name, listener) },
  ipcMain: {
    on: (channel: string, listener: Listener) => electron.on.set(channel, listener),
    handle: (channel: string, listener: Listener) => electron.handle.set(channel, listener),
  },
  session: {
    defaultSession: new Proxy(
      {},
      {
        get: (_target, name: string) => (handler: (...args: unknown[]) => unknown) =>
          (electron.session[name] = handler),
      },
    ),
  },
}));

beforeEach(() => {
  electron.openExternal.mockClear();
  electron.made.length = 0;
});

describe('the window factory', () => {
  it('always sandboxes and isolates', () => {
    createWindow('/preload.cjs', {
      load: () => ({ bounds: { width: 800, height: 600 }, maximized: false }),
      save: () => undefined,
    });
    expect(electron.made[0]!.webPreferences).toEqual({ ...webPreferences, preload: '/preload.cjs' });
    expect(webPreferences).toMatchObject({
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      webviewTag: false,
    });
  });
});

describe('permissions', () => {
  /** Every name in Electron's own declarations, so that a new Electron's new permission is tested as well. */
  const names = (() => {
    const declarations = readFileSync(createRequire(import.meta.url).resolve('electron/electron.d.ts'), 'utf8');
    const lines = declarations
      .split('\n')
      .filter((line) => /set\w*Permission(Request|Check)Handler\(handler/.test(line));
    return [...new Set(lines.flatMap((line) => [...line.matchAll(/'([\w-]+)'/g)].map((match) => match[1]!)))];
  })();
  const mine = new Set(['clipboard-sanitized-write', 'fullscreen']);

  it('are known by name', () => {
    expect(names.length).toBeGreaterThan(15);
    expect(names).toEqual(
      expect.arrayContaining(['media', 'geolocation', 'notifications', 'clipboard-read', 'openExternal', 'fullscreen']),
    );
  });

  it.each(names)('%s is granted to nobody but the page, and only if the page uses it', (name) => {
    enablePermissions();
    const ask = (url: string) => {
      const decide = vi.fn();
      electron.session.setPermissionRequestHandler!(null, name, decide, { requestingUrl: url });
      return decide.mock.calls[0]![0] as boolean;
    };
    const check = (origin: string) => electron.session.setPermissionCheckHandler!(null, name, origin, {}) as boolean;
    expect(ask('app://tessera/index.html')).toBe(mine.has(name));
    expect(check('app://tessera/')).toBe(mine.has(name));
    for (const url of ['https://example.com/', 'app://other/', 'file:///', ''])
      expect([ask(url), check(url)]).toEqual([false, false]);
    expect(electron.session.setDevicePermissionHandler!({ deviceType: 'usb' })).toBe(false);
  });

  it('that nobody has heard of are refused', () => {
    fc.assert(fc.property(fc.string(), (name) => mine.has(name) || !isPermitted(name, 'app://tessera/')));
  });
});

describe('links out', () => {
  it.each(['https://arxiv.org/abs/1711.00937', 'https://github.com/', 'https://www.tensorflow.org/guide#x'])(
    '%s goes to the browser',
    (url) => {
      openExternal(url);
      expect(electron.openExternal).toHaveBeenCalledWith(url);
    },
  );

  it.each([
    'http://arxiv.org/',
    'https://arxiv.org.evil.example/',
    'https://evil.example/arxiv.org',
    'https://arxiv.org@evil.example/',
    'https://user@arxiv.org/',
    'https://arxiv.org:8443/',
    'file:///etc/passwd',
    'smb://server/share',
    '\\\\server\\share',
    'javascript:alert(1)',
    'ms-msdt:/id',
    'mailto:a@b.c',
    'app://tessera/',
    'https://',
    '',
  ])('%j goes nowhere', (url) => {
    openExternal(url);
    expect(electron.openExternal).not.toHaveBeenCalled();
  });

  it('never come out as anything but https to a known host', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.webUrl(),
          fc.string(),
          fc.string().map((text) => `https://arxiv.org${text}`),
        ),
        (text) => {
          const address = externalAddress(text);
          return address === null || /^https:\/\/[a-z.]+\//.test(address);
        },
      ),
    );
  });
});

describe('every web contents', () => {
  function create() {
    enableNavigationGuards();
    const contents = Object.assign(new EventEmitter(), { setWindowOpenHandler: vi.fn() });
    electron.app.handlers.get('web-contents-created')!({}, contents);
    return contents;
  }

  it.each(['https://example.com/', 'app://tessera.evil.example/', 'file:///etc/passwd', 'javascript:1', ''])(
    'stays when it is led to %j',
    (url) => {
      const contents = create();
      for (const name of ['will-navigate', 'will-redirect', 'will-frame-navigate']) {
        const event = { url, preventDefault: vi.fn() };
        contents.emit(name, event, url);
        expect(event.preventDefault, name).toHaveBeenCalled();
      }
    },
  );

  it('may load its own page anew', () => {
    const event = { url: 'app://tessera/index.html', preventDefault: vi.fn() };
    create().emit('will-navigate', event, event.url);
    expect(event.preventDefault).not.toHaveBeenCalled();
  });

  it('opens no window and attaches no view', () => {
    const contents = create();
    const open = contents.setWindowOpenHandler.mock.calls[0]![0] as (details: { url: string }) => { action: string };
    for (const url of ['https://arxiv.org/', 'app://tessera/', 'about:blank'])
      expect(open({ url })).toEqual({ action: 'deny' });
    const attach = { preventDefault: vi.fn() };
    contents.emit('will-attach-webview', attach);
    expect(attach.preventDefault).toHaveBeenCalled();
  });
});

describe('messages from the page', () => {
  const own = { isDestroyed: () => false };
  const mainFrame = { parent: null, url: 'app://tessera/index.html' };
  const good = { sender: own, senderFrame: mainFrame };
  const heard = vi.fn((value: number) => Promise.resolve(value));

  beforeEach(() => {
    heard.mockClear();
    vi.spyOn(console, 'warn').mockImplementation(() => undefined);
    const ipc = createIpc(() => own as never);
    ipc.on('a', z.number(), (value) => void heard(value));
    ipc.handle('a', z.number(), heard);
  });

  it('are heard from the main frame of the own window while it shows the page', async () => {
    electron.on.get('a')!(good, 5);
    expect(heard).toHaveBeenCalledWith(5);
    expect(await electron.handle.get('a')!(good, 6)).toBe(6);
  });

  it.each([
    ['another window', { ...good, sender: { isDestroyed: () => false } }],
    ['a window that is gone', { ...good, sender: { isDestroyed: () => true } }],
    ['a frame inside the page', { ...good, senderFrame: { parent: mainFrame, url: mainFrame.url } }],
    ['a frame that is gone', { ...good, senderFrame: null }],
    ['another address', { ...good, senderFrame: { parent: null, url: 'https://example.com/' } }],
    [
      'an address that only begins alike',
      { ...good, senderFrame: { parent: null, url: 'app://tessera.evil.example/' } },
    ],
  ])('are not heard from %s', async (_name, event) => {
    electron.on.get('a')!(event, 5);
    await expect(electron.handle.get('a')!(event, 5)).rejects.toMatchObject({ code: 'DENIED' });
    expect(heard).not.toHaveBeenCalled();
  });

  it.each([[[]], [['5']], [[5, 6]], [[null]], [[{}]], [[NaN]]])(
    '%j is not heard: not exactly one value of the right shape',
    async (args) => {
      electron.on.get('a')!(good, ...args);
      await expect(electron.handle.get('a')!(good, ...args)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
      expect(heard).not.toHaveBeenCalled();
    },
  );

  it('name no path: what is opened comes from the dialog or a drop', async () => {
    const grant = vi.fn((paths: string[]) => Promise.resolve(`grant of ${paths.length}`));
    enableSources(
      createIpc(() => own as never),
      () => own as never,
      grant,
    );
    const choose = electron.handle.get(channels.chooseSources)!;
    electron.showOpenDialog.mockResolvedValueOnce({ canceled: false, filePaths: ['/home/me/flowers'] });
    expect(await choose(good, 'folder')).toEqual({ grant: 'grant of 1', name: 'flowers' });
    electron.showOpenDialog.mockResolvedValueOnce({ canceled: true, filePaths: [] });
    expect(await choose(good, 'files')).toBeNull();
    await expect(choose(good, '/etc/passwd')).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    const drop = electron.handle.get(channels.dropSources)!;
    expect(await drop(good, [])).toBeNull();
    for (const wrong of [['relative'], [''], ['../up'], [5], '/etc'])
      await expect(drop(good, wrong)).rejects.toMatchObject({ code: 'BAD_REQUEST' });
    expect(grant).toHaveBeenCalledTimes(1);
  });
});

describe('the bridge', () => {
  const renderer = Object.assign(new EventEmitter(), { send: vi.fn(), invoke: vi.fn(() => Promise.resolve(null)) });
  const bridge = createBridge({
    ipcRenderer: renderer,
    webUtils: { getPathForFile: (file: File) => (file.name === 'made up' ? '' : `/dropped/${file.name}`) },
  } as unknown as PreloadModules);

  it('is this tree of functions and nothing else', () => {
    expect(Object.fromEntries(Object.entries(bridge).map(([name, value]) => [name, typeof value])))
      .toMatchInlineSnapshot(`
      {
        "chooseSources": "function",
        "dropSources": "function",
        "onClosed": "function",
        "onMenuCommand": "function",
        "onMessage": "function",
        "onSources": "function",
        "send": "function",
        "setMenu": "function",
      }
    `);
    expect(Object.isFrozen(bridge)).toBe(true);
  });

  it('hands listeners the value alone, never Electron’s event, until they are taken off', () => {
    const listener = vi.fn();
    const stop = bridge.onMessage(listener);
    renderer.emit(channels.message, { sender: 'secret' }, Uint8Array.of(1));
    expect(listener.mock.calls).toEqual([[Uint8Array.of(1)]]);
    const closed = vi.fn();
    bridge.onClosed(closed);
    renderer.emit(channels.closed, { sender: 'secret' }, 'more');
    expect(closed.mock.calls).toEqual([[]]);
    stop();
    renderer.emit(channels.message, {}, Uint8Array.of(2));
    expect(listener).toHaveBeenCalledTimes(1);
    expect(renderer.listenerCount(channels.message)).toBe(0);
  });

  it('takes paths from dropped files only, not from files that a script made up', async () => {
    await bridge.dropSources([{ name: 'a.zip' }, { name: 'made up' }] as File[]);
    expect(renderer.invoke).toHaveBeenCalledWith(channels.dropSources, ['/dropped/a.zip']);
  });
});
