// Builds the page, the plain-Node entries and, where its configuration exists, the desktop shell, unless dist/ is already
// newer than every source. `--force` builds all the same.
import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('..', import.meta.url));
const stamp = path.join(root, 'dist', '.built');

/** Modification time of the newest file below `place`, in milliseconds. */
function newest(place) {
  const stat = statSync(place);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(place).map((name) => newest(path.join(place, name))));
}

/** Brings dist/ up to date; returns whether anything had to be built. */
export async function buildIfStale({ force = false } = {}) {
  // auto-imports.d.ts and components.d.ts are written into renderer/ by the build itself
  const generated = new Set(['auto-imports.d.ts', 'components.d.ts']);
  const rendererFiles = readdirSync(path.join(root, 'renderer')).filter((name) => !generated.has(name));
  const sources = [
    'shared',
    'main',
    'package-lock.json',
    'vite.config.ts',
    'vite.node.config.ts',
    'vite.desktop.config.ts',
  ]
    .concat(rendererFiles.map((name) => `renderer/${name}`))
    .map((name) => path.join(root, name))
    .filter(existsSync);
  const since = Math.max(...sources.map(newest));
  if (!force && existsSync(stamp) && statSync(stamp).mtimeMs >= since) return false;
  for (const configFile of ['vite.node.config.ts', 'vite.desktop.config.ts', 'vite.config.ts']) {
    if (existsSync(path.join(root, configFile))) {
      await build({ configFile: path.join(root, configFile), logLevel: 'warn' });
    }
  }
  writeFileSync(stamp, '');
  utimesSync(stamp, new Date(), new Date());
  return true;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const built = await buildIfStale({ force: process.argv.includes('--force') });
  console.log(built ? 'Built.' : 'Already built.');
}
