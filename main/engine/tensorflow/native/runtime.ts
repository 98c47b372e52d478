import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

type Environment = Readonly<Record<string, string | undefined>>;

/** Threads that one operation may use. */
export function threadsOf(environment: Environment): number {
  const set = Number(environment.TF_NUM_INTRAOP_THREADS);
  return Number.isInteger(set) && set > 0 ? set : os.availableParallelism();
}

/** From the package.json above this file: the sources and the bundle lie at different depths below it. */
export function tesseraVersion(): string {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  while (folder !== path.dirname(folder)) {
    try {
      const { name, version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as Record<
        string,
        string
      >;
      if (name === 'tessera' && version !== undefined) return version;
    } catch {
      // Not in this folder; look above.
    }
    folder = path.dirname(folder);
  }
  return 'unknown';
}
