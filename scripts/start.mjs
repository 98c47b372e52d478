// `npm start`: sets the engine up (or asks whether to go on without), builds what is stale, and opens the workbench: the desktop window where Electron and a
// display are at hand, otherwise the browser host, which prints its address.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import { buildIfStale } from './build.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const args = process.argv.slice(2);

/** Runs a command to its end on this terminal, whose interrupts reach it directly. */
function run(command, commandArgs, env = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, commandArgs, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
    for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
    child.on('error', (error) => (console.error(error.message), resolve(1)));
    child.on('exit', (code) => resolve(code ?? 1));
  });
}

const hasDisplay = () => process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);

/** Electron's binary, or null. Its package fetches it on first use; offline that simply fails. */
function findElectron() {
  const folder = path.join(root, 'node_modules', 'electron');
  const located = () => {
    const pathFile = path.join(folder, 'path.txt');
    if (!existsSync(pathFile)) return null;
    const binary = path.join(folder, 'dist', readFileSync(pathFile, 'utf8').trim());
    return existsSync(binary) ? binary : null;
  };
  const there = located();
  if (there) return there;
  console.log('Fetching the desktop window (Electron), once …');
  const installer = path.join(folder, 'install.js');
  if (!existsSync(installer)) return null;
  spawnSync(process.execPath, [installer], { cwd: root, stdio: 'ignore', timeout: 300_000 });
  return located();
}

/**
 * After set-up failed and said why: asks whether to go on. Where nobody can answer, Tessera opens without TensorFlow.
 */
async function goOnWithout() {
  console.log(`
TensorFlow could not be set up. There are two ways on:
  1  Open Tessera without it: look at datasets and runs, encode, decode and repaint pictures (slower). Nothing can be trained.
  2  Stop here, install what is missing (see above), and run "npm start" again.
`);
  if (!process.stdin.isTTY) return true;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question('Open Tessera without TensorFlow? [Y/n] ').catch(() => 'n');
  terminal.close();
  return !/^\s*(n|2)/i.test(answer);
}

const INTERRUPTED = 130;
if (process.env.TESSERA_ENGINE !== 'portable') {
  const setUp = await run(process.execPath, ['scripts/setup.mjs', '--start']);
  if (setUp === INTERRUPTED || (setUp !== 0 && !(await goOnWithout()))) process.exit(setUp);
}
await buildIfStale();
const browserOnly =
  args.includes('--browser') || !existsSync(path.join(root, 'dist', 'desktop', 'main.js')) || !hasDisplay();
const electron = browserOnly ? null : findElectron();
if (!electron) {
  if (!browserOnly) console.log('Electron could not be fetched; opening in the browser instead.');
  process.exit(
    await run(process.execPath, ['dist/node/tessera.js', 'serve', ...args.filter((arg) => arg !== '--browser')]),
  );
}
process.exit(await run(electron, [root, ...args], { TESSERA_NODE: process.execPath }));
