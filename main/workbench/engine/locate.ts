import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EngineCommand } from './launch';

const here = path.dirname(fileURLToPath(import.meta.url));

/**
 * The first of `names` that exists beside this file or beside a folder above it. This way the running bundle
 * (dist/node) finds engine.js and resources/, and so do the sources in a checkout, without either knowing how deep
 * it lies.
 */
export function nearby(...names: string[]): string | null {
  for (let folder = here; ; folder = path.dirname(folder)) {
    for (const name of names) {
      const found = path.join(folder, name);
      if (existsSync(found)) return found;
    }
    if (folder === path.dirname(folder)) return null;
  }
}

/** How engine processes are started: TESSERA_NODE or the Node that runs this, with the bundle's engine.js. */
export function engineCommand(): EngineCommand {
  return {
    command: process.env.TESSERA_NODE ?? process.execPath,
    args: [nearby('engine.js', path.join('dist', 'node', 'engine.js')) ?? path.join(here, 'engine.js')],
  };
}
