import { readdirSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '@shared/errors';

/**
 * Names of the folders in `root`, in no order. One that was never there, since it can't be made, has none.
 * @param what what they are, for the sentence: “runs”
 * @throws DISK if it can't be read or is gone: that is not the same as empty
 */
export function foldersIn(root: string, what: string, wasThere: boolean): string[] {
  try {
    return readdirSync(root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT' && !wasThere) return [];
    const hint = 'Check that it is there and may be read.';
    throw new AppError('DISK', `The folder of ${what}, ${root}, can't be read.`, hint, { field: root, cause });
  }
}

/** Bytes of all files in a folder and the folders in it; what goes while it is counted counts nothing. */
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
