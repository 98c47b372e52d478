import { mkdirSync, statSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

/**
 * Makes a folder and its missing parents. Node's own way (`recursive`) never returns for a place where nothing can
 * be made, such as /proc. File system errors pass through.
 */
export function makeFolder(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (isFolder(folder)) return;
    if (code !== 'ENOENT' || path.dirname(folder) === folder) throw error;
    makeFolder(path.dirname(folder));
    mkdirAgain(folder);
  }
}

/** Another process may have been faster. */
function mkdirAgain(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (!isFolder(folder)) throw error;
  }
}

function isFolder(place: string): boolean {
  try {
    return statSync(place).isDirectory();
  } catch {
    return false;
  }
}

/** Bytes of all files in a folder and its subfolders; files that vanish meanwhile count as zero. */
export async function bytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  let sum = 0;
  for (const entry of entries) {
    const place = path.join(folder, entry.name);
    if (entry.isDirectory()) sum += await bytesIn(place);
    else if (entry.isFile())
      sum += await stat(place).then(
        ({ size }) => size,
        () => 0,
      );
  }
  return sum;
}
