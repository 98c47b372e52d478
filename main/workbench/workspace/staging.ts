import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { isKeyAlive, keyPattern, ownKey } from '../../files';

/** Folders in which something is prepared before it is renamed to where everybody sees it. */
export interface Staging {
  /** A new empty folder; elsewhere, among the system's temporary ones, where the workspace can't be written to. */
  create(): string;
  remove(folder: string): Promise<void>;
  /** Removes what processes left behind that are no more; what a living one works on stays. */
  sweep(): Promise<void>;
}

const named = new RegExp(`^(${keyPattern})-[0-9a-f]+$`);

/** Staging below `root`; a folder's name says which process made it. */
export function createStaging(root: string): Staging {
  const remove = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  return {
    create: () => {
      const name = `${ownKey}-${randomBytes(6).toString('hex')}`;
      const folder = path.join(root, name);
      try {
        mkdirSync(folder, { recursive: true });
        return folder;
      } catch {
        // what comes from a page, or goes to a folder elsewhere, needs no room in the workspace
        const elsewhere = path.join(os.tmpdir(), `tessera-${name}`);
        mkdirSync(elsewhere, { recursive: true });
        return elsewhere;
      }
    },
    remove,
    sweep: async () => {
      for (const name of readdirSync(root)) {
        if (isKeyAlive(named.exec(name)?.[1] ?? '')) continue;
        await remove(path.join(root, name));
      }
    },
  };
}
