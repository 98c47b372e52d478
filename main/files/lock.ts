import { rmSync, writeFileSync } from 'node:fs';
import { holdsLock } from './liveness';

/**
 * Takes the lock file `file` for this process and returns what gives it back. One whose holder is gone doesn't count.
 * Errors of the file system come as they are.
 * @param refuse makes the error to throw while another process has it; `holder` is null where that can't be read
 */
export function takeLock(file: string, refuse: (holder: number | null) => Error): () => void {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      const holder = holdsLock(file);
      if (holder !== null) throw refuse(holder);
      rmSync(file, { force: true });
    }
  }
  throw refuse(null);
}
