import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { EventEmitter } from 'node:events';
import type { BrowserWindow } from 'electron';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { enableCrashReload } from '../../../main/desktop/window/crash';
import { createPlaceStore, parsePlace, visiblePlace } from '../../../main/desktop/window/place';
import { isInside } from '../../../main/desktop/reveal';

const electron = vi.hoisted(() => ({
  workArea: { x: 0, y: 0, width: 1920, height: 1080 },
  answer: { response: 1 },
}));
vi.mock('electron', () => ({
  screen: { getAllDisplays: () => [{ workArea: electron.workArea }] },
  dialog: { showMessageBox: vi.fn(() => Promise.resolve(electron.answer)) },
  shell: {},
}));

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'tessera-window-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the place of the window', () => {
  const place = { bounds: { x: 10, y: 20, width: 1000, height: 700 }, maximized: true };

  it('is remembered whole', () => {
    const store = createPlaceStore(path.join(folder, 'state', 'window.json'));
    store.save(place);
    expect(store.load()).toEqual(place);
    expect(readdirSync(path.join(folder, 'state'))).toEqual(['window.json']);
  });

  it.each(['', '{', 'null', '{"bounds":{"width":1e9,"height":5},"maximized":false}', '[]'])(
    'is the usual one when the file holds %j',
    (text) => {
      const file = path.join(folder, 'window.json');
      writeFileSync(file, text);
      expect(createPlaceStore(file).load()).toEqual({ bounds: { width: 1440, height: 900 }, maximized: false });
      expect(readFileSync(file, 'utf8')).toBe(text);
    },
  );

  it('is the usual one at the first start', () =>
    expect(createPlaceStore(path.join(folder, 'none.json')).load().maximized).toBe(false));

  it.each([
    [{ x: 1900, y: 20 }, false],
    [{ x: -990, y: 20 }, false],
    [{ x: 5000, y: 5000 }, false],
    [{ x: 1800, y: 1000 }, true],
    [{ x: -900, y: 20 }, true],
  ])('at %j is kept on the display: %s', (corner, kept) => {
    const moved = { ...place, bounds: { ...place.bounds, ...corner } };
    const shown = visiblePlace(moved, [electron.workArea]);
    expect(shown.bounds).toEqual(kept ? moved.bounds : { width: 1000, height: 700 });
  });

  it('parses what it writes', () => expect(parsePlace(JSON.stringify(place))).toEqual(place));
});

describe('a page whose process dies', () => {
  function fakeWindow() {
    const contents = Object.assign(new EventEmitter(), { reload: vi.fn() });
    return { webContents: contents, isDestroyed: () => false, close: vi.fn() };
  }

  it('is loaded again once, and asked about when it dies again within a minute', async () => {
    const window = fakeWindow();
    let now = 0;
    enableCrashReload(window as unknown as BrowserWindow, () => now);
    window.webContents.emit('render-process-gone', {}, { reason: 'crashed' });
    expect(window.webContents.reload).toHaveBeenCalledTimes(1);
    now = 1000;
    window.webContents.emit('render-process-gone', {}, { reason: 'oom' });
    await vi.waitFor(() => expect(window.close).toHaveBeenCalled());
    expect(window.webContents.reload).toHaveBeenCalledTimes(1);
    now = 100_000;
    window.webContents.emit('render-process-gone', {}, { reason: 'crashed' });
    expect(window.webContents.reload).toHaveBeenCalledTimes(2);
  });

  it('is left alone when it ended as it should', () => {
    const window = fakeWindow();
    enableCrashReload(window as unknown as BrowserWindow);
    window.webContents.emit('render-process-gone', {}, { reason: 'clean-exit' });
    expect(window.webContents.reload).not.toHaveBeenCalled();
  });
});

describe('showing a folder', () => {
  it('is for folders of the workspace only, links followed', async () => {
    const workspace = path.join(folder, 'w');
    await mkdir(path.join(workspace, 'exports'), { recursive: true });
    await mkdir(path.join(folder, 'w-other'));
    await writeFile(path.join(workspace, 'run.sh'), '');
    await symlink(folder, path.join(workspace, 'out'));
    expect(await isInside(path.join(workspace, 'exports'), workspace)).toBe(true);
    for (const wrong of ['run.sh', 'out', '.', '..', 'missing', '../w-other'])
      expect(await isInside(path.join(workspace, wrong), workspace)).toBe(false);
  });
});
