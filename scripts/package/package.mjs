// Makes installers for this platform: `node scripts/package/package.mjs [electron-builder's arguments]`. For release machines:
// it fetches a Node binary, and electron-builder fetches Electron. Run it under Node 24 after "npm run setup" with
// TESSERA_DEVICE=cpu.
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { runnerImport } from 'vite';
import { buildIfStale } from '../build.mjs';
import { findEngine, findTrunk, stage } from './stage.mjs';

/** The Node that runs workbench and engine in the packaged app. */
const NODE_VERSION = '24.21.0';
const root = fileURLToPath(new URL('../..', import.meta.url));

function run(command, args, cwd = root) {
  const { status, error } = spawnSync(command, args, {
    cwd,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) throw error ?? new Error(`${command} ${args.join(' ')} ended with ${status}.`);
}

/** Fetches this platform's Node binary from its npm package, whose hash npm checks. */
function fetchNode(folder) {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  run('npm', ['install', '--no-save', '--ignore-scripts', '--prefix', folder, `${name}@${NODE_VERSION}`], folder);
  const fetched = path.join(folder, 'node_modules', name);
  const binary = path.join(fetched, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  return { node: binary, nodeLicence: path.join(fetched, 'LICENSE') };
}

await buildIfStale();
/** Asks the engine where it installs what it needs. */
const { module: cache } = await runnerImport(path.join(root, 'main/engine/tensorflow/native/cache.ts'));
const installed = cache.cacheFolder();
const scratch = await mkdtemp(path.join(os.tmpdir(), 'tessera-node-'));
try {
  const icon = await sharp(path.join(root, 'renderer', 'public', 'icon.svg'), { density: 300 })
    .resize(1024, 1024)
    .png()
    .toBuffer();
  await stage({
    root,
    out: path.join(root, 'dist', 'package'),
    ...fetchNode(scratch),
    engine: await findEngine(installed),
    trunk: await findTrunk(installed),
    icon,
  });
} finally {
  await rm(scratch, { recursive: true, force: true });
}
run('npx', ['electron-builder', '--config', 'electron-builder.yml', ...process.argv.slice(2)]);
