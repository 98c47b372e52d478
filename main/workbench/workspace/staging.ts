import { rm } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder, onDisk, sweepWorkplaces, workplaceName } from '../../files';

/** Folders in which something is prepared before it is renamed to where everybody sees it. */
export interface Staging {
  /** A new empty folder. Throws DISK or DENIED. */
  create(): string;
  remove(folder: string): Promise<void>;
  /** Removes what processes left behind that are no more; what a living one works on stays. */
  sweep(): void;
}

/** Staging below `root`; a folder's name says which process made it. */
export function createStaging(root: string): Staging {
  return {
    create: () => {
      const folder = path.join(root, workplaceName());
      onDisk(folder, () => makeFolder(folder));
      return folder;
    },
    remove: (folder) => rm(folder, { recursive: true, force: true, maxRetries: 3 }),
    sweep: () => sweepWorkplaces(root),
  };
}
