import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { z } from 'zod';
import { engineFolder } from './cache';
import { type Build, pins } from './pins';
import shapeGraphSource from './shape-graph.cc?raw';

const require = createRequire(import.meta.url);

/** Version of the build recipe, raised when what is compiled, or how, changes; older installations are then ignored. */
const LAYOUT = 2;

export const stampSchema = z.object({
  key: z.string(),
  tensorflow: z.string(),
  device: z.enum(['cpu', 'cuda']),
  /** Whether this kind of build has ever been run by its makers. */
  proved: z.boolean(),
  installed: z.iso.datetime(),
});
export type Stamp = z.infer<typeof stampSchema>;

/** The compiled files: tfjs-node's binding, and ours for shapes. */
export const binaries = { binding: 'tfjs_binding.node', shapeGraph: 'shape_graph.node' } as const;

/** One installed (or yet to be installed) engine on disk. */
export interface Installation {
  key: string;
  folder: string;
  binding: string;
  shapeGraph: string;
  stampFile: string;
}

/** The folder of an npm package that this code runs with. */
export function packageFolder(name: string): string {
  return path.dirname(require.resolve(`${name}/package.json`));
}

/**
 * Where a build is or will be installed. Its key holds everything that the compiled binding depends on, so another
 * version of Tessera never finds a binding that doesn't fit it.
 */
export function installationOf(build: Build, folder: string = engineFolder()): Installation {
  const key = installationKey(build);
  const home = path.join(folder, key);
  return {
    key,
    folder: home,
    binding: path.join(home, binaries.binding),
    shapeGraph: path.join(home, binaries.shapeGraph),
    stampFile: path.join(home, 'stamp.json'),
  };
}

export function installationKey(build: Build): string {
  const hash = createHash('sha256').update(JSON.stringify({ LAYOUT, build }));
  const sources = path.join(packageFolder('@tensorflow/tfjs-node-gpu'), 'binding');
  for (const name of readdirSync(sources).sort()) {
    hash.update(name).update(readFileSync(path.join(sources, name)));
  }
  hash.update(shapeGraphSource);
  hash.update(readFileSync(path.join(packageFolder('node-api-headers'), 'package.json')));
  const [wheel] = build.wheels;
  const version = wheel?.version ?? pins.tensorflow;
  return `tensorflow-${version}-${build.device}-${build.platform}-${build.arch}-${hash.digest('hex').slice(0, 12)}`;
}

/** The stamp of a complete installation; undefined if the stamp is missing or damaged, or a binary is gone. */
export function readStamp(installation: Installation): Stamp | undefined {
  try {
    const stamp = stampSchema.parse(JSON.parse(readFileSync(installation.stampFile, 'utf8')));
    const isComplete = existsSync(installation.binding) && existsSync(installation.shapeGraph);
    return stamp.key === installation.key && isComplete ? stamp : undefined;
  } catch {
    return undefined;
  }
}
