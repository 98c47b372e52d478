import { readdirSync } from 'node:fs';
import { AppError } from '@shared/errors';

/**
 * Names of the folders in `root`, in no order; empty if `root` never existed because it can't be made.
 * @param what names the contents in the error: “runs”
 * @throws DISK if the folder can't be read or is gone: that is not the same as empty
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
