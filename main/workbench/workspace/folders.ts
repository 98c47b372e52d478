import { readdirSync } from 'node:fs';
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
