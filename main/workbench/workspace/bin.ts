import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '@shared/errors';

/** Where removed datasets and runs wait until the workbench ends. */
export interface Bin {
  /** Moves `folder` into the bin under `key`. */
  put(key: string, folder: string): void;
  has(key: string): boolean;
  /** Moves what lies under `key` back to where it came from. Throws NOT_FOUND, or CONFLICT if the place is taken. */
  takeOut(key: string): void;
  /** Deletes for good what this workbench put in. */
  empty(): Promise<void>;
  /** Deletes for good all that lies in the bin, whoever put it there. */
  sweep(): Promise<void>;
}

export function createBin(root: string): Bin {
  const contents = new Map<string, { from: string; at: string }>();
  const discard = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  return {
    put: (key, folder) => {
      mkdirSync(root, { recursive: true });
      const at = path.join(root, `${path.basename(folder)}-${randomBytes(6).toString('hex')}`);
      renameSync(folder, at);
      contents.set(key, { from: folder, at });
    },
    has: (key) => contents.has(key),
    takeOut: (key) => {
      const entry = contents.get(key);
      if (!entry || !existsSync(entry.at)) throw new AppError('NOT_FOUND', 'That is no longer in the bin.');
      if (existsSync(entry.from))
        throw new AppError('CONFLICT', 'Another has taken its place; remove or rename that one first.');
      renameSync(entry.at, entry.from);
      contents.delete(key);
    },
    empty: async () => {
      for (const { at } of contents.values()) await discard(at);
      contents.clear();
    },
    sweep: async () => {
      for (const name of readdirSync(root)) await discard(path.join(root, name));
    },
  };
}
