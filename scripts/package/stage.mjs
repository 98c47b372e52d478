// Lays out what electron-builder packs beside the app, in dist/package:
//   engine/   the checkout's layout in small: dist/node, dist/renderer, resources, package.json, production node_modules
//   node/     the Node binary that runs it          cache/   the installed TensorFlow and perceptual trunk, as the engine's cache holds them
//             (each with the licences that NOTICES.txt says lie beside it)
//   build/    the icon
import { chmod, cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import path from 'node:path';

/** Paths of every installed package that a lockfile needs in production, outermost first. */
export function productionModules(lock) {
  return Object.entries(lock.packages)
    .filter(([place, entry]) => place !== '' && !entry.dev && !entry.devOptional && !entry.link && !entry.extraneous)
    .map(([place]) => place);
}

/** TensorFlow's own notices, in an installed engine's folder. */
const TENSORFLOW_NOTICES = 'site/tensorflow/THIRD_PARTY_NOTICES.txt';

/** Source maps are half of what libraries weigh, and nothing reads them. */
const isPacked = (source) => !source.endsWith('.map');

/** Copies a package without the packages nested in it, which the lockfile lists by themselves. */
async function copyPackage(from, to) {
  await cp(from, to, {
    recursive: true,
    dereference: true,
    filter: (source) => isPacked(source) && path.relative(from, source).split(path.sep)[0] !== 'node_modules',
  });
}

/**
 * Fills `out` from `root`. `node` is a Node binary and `nodeLicence` its licence, `engine` an installed engine's folder
 * (`<cache>/engine/<key>`), `trunk` the perceptual trunk's weights (`<cache>/perceptual/<file>`), `icon` the bytes of a
 * PNG. Throws, naming it, if something to be packed is missing.
 */
export async function stage({ root, out, node, nodeLicence, engine, trunk, icon }) {
  const need = (relative) => {
    const file = path.resolve(root, relative);
    if (!existsSync(file)) throw new Error(`${relative} is missing: run "npm run build" and "npm run setup" first.`);
    return file;
  };
  if (!existsSync(path.resolve(root, engine, TENSORFLOW_NOTICES))) {
    throw new Error(`TensorFlow lies in ${engine} without its notices: set it up anew ("npm run setup -- --force").`);
  }
  await rm(out, { recursive: true, force: true });
  const to = (...parts) => path.join(out, ...parts);

  for (const folder of ['dist/node', 'dist/renderer', 'resources']) {
    await cp(need(folder), to('engine', folder), { recursive: true, filter: isPacked });
  }
  for (const file of ['package.json', 'LICENSE', 'NOTICES.txt']) await cp(need(file), to('engine', file));
  const lock = JSON.parse(await readFile(need('package-lock.json'), 'utf8'));
  for (const place of productionModules(lock)) {
    // binaries of other platforms are in the lockfile and not on the disk
    if (lock.packages[place].optional && !existsSync(path.join(root, place))) continue;
    await copyPackage(need(place), to('engine', place));
  }

  const binary = to('node', node.endsWith('.exe') ? 'node.exe' : 'node');
  await mkdir(path.dirname(binary), { recursive: true });
  await cp(need(node), binary, { dereference: true });
  await chmod(binary, 0o755);
  await cp(need(nodeLicence), to('node', 'LICENSE'), { dereference: true });
  await cp(need(engine), to('cache', 'engine', path.basename(engine)), { recursive: true, verbatimSymlinks: true });
  await cp(need(trunk), to('cache', 'perceptual', path.basename(trunk)));
  await mkdir(to('build'), { recursive: true });
  await writeFile(to('build', 'icon.png'), icon);
}

/** The one complete installation in a cache; throws if there is none, or more than one to choose from. */
export async function findEngine(cache) {
  const folder = path.join(cache, 'engine');
  const names = existsSync(folder) ? await readdir(folder) : [];
  const complete = names.filter((name) => existsSync(path.join(folder, name, 'stamp.json')));
  if (complete.length === 1) return path.join(folder, complete[0]);
  throw new Error(
    complete.length === 0
      ? 'The engine is not set up: run "npm run setup" first.'
      : `${folder} holds ${complete.length} engines: remove the old ones.`,
  );
}

/** The perceptual trunk's weights in a cache; throws if there are none, or more than one to choose from. */
export async function findTrunk(cache) {
  const folder = path.join(cache, 'perceptual');
  const names = existsSync(folder) ? await readdir(folder) : [];
  const weights = names.filter((name) => name.endsWith('.safetensors'));
  if (weights.length === 1) return path.join(folder, weights[0]);
  throw new Error(
    weights.length === 0
      ? 'The perceptual trunk is not set up: run "npm run setup" first, with a network.'
      : `${folder} holds ${weights.length} trunks: remove the old ones.`,
  );
}
