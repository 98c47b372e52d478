import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { isAlive } from '../../files';

/** Folders in which something is prepared before it is renamed to where everybody sees it. */
export interface Staging {
  /** A new empty folder. */
  create(): string;
  remove(folder: string): Promise<void>;
  /** Removes what processes left behind that are no more. */
  sweep(): Promise<void>;
}

/** Staging below `root`; a folder's name begins with the pid of its process. */
export function createStaging(root: string): Staging {
  const remove = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  return {
    create: () => {
      const folder = path.join(root, `${process.pid}-${randomBytes(6).toString('hex')}`);
      mkdirSync(folder, { recursive: true });
      return folder;
    },
    remove,
    sweep: async () => {
      for (const name of readdirSync(root)) {
        const pid = Number(/^(\d+)-[0-9a-f]+$/.exec(name)?.[1]);
        if (Number.isInteger(pid) && pid !== process.pid && isAlive(pid)) continue;
        await remove(path.join(root, name));
      }
    },
  };
}
