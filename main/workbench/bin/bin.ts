import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { BinEntry } from '@shared/contract';
import { AppError } from '@shared/errors';
import { runFolder } from '@shared/specs';
import { bytesIn, makeFolder } from '../../files';

export type BinKind = Exclude<BinEntry['kind'], 'other'>;

/**
 * Where removed datasets and runs wait until a person deletes them for good. An entry is the folder itself under
 * another name, which holds its id and when it was removed: putting in and taking out is one rename, so it also
 * works on a full disk, and the bin outlives this process.
 */
export interface Bin {
  /** Moves the folder of the dataset or run `id` into the bin; answers the key of its entry. */
  put(id: string, folder: string): string;
  /** Whether the bin holds an entry of this kind and id. */
  has(kind: BinKind, id: string): boolean;
  /** Newest first. */
  list(): Promise<BinEntry[]>;
  /** Throws NOT_FOUND for one that is no longer there. */
  get(key: string): Promise<BinEntry>;
  /**
   * Moves the entry `key`, or the newest of this kind and id, to `folder`. Throws NOT_FOUND, or CONFLICT if the place is
   * taken.
   */
  takeOut(kind: BinKind, id: string, folder: string, key?: string): void;
  /** Deletes one entry, or all of them, for good. */
  empty(key?: string): Promise<{ entries: number; bytes: number }>;
  /** Finishes deleting what a process left behind when it ended while emptying the bin. */
  sweep(): Promise<void>;
}

/** Entries being deleted: no longer listed, not yet gone from the disk. */
const LEAVING = '.leaving-';

export function createBin(root: string, onChanged: () => void = () => undefined): Bin {
  const place = (key: string): string => path.join(root, key);
  const keys = (): string[] =>
    existsSync(root)
      ? readdirSync(root, { withFileTypes: true })
          .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
          .map(({ name }) => name)
      : [];
  /** Newest first. */
  const labels = (): Label[] =>
    keys()
      .flatMap((key) => labelOf(key, place(key)) ?? [])
      .sort((a, b) => b.removedAt.localeCompare(a.removedAt));
  const measured = async (label: Label): Promise<BinEntry> => ({ ...label, bytes: await bytesIn(place(label.key)) });
  const gone = (): AppError => new AppError('NOT_FOUND', 'That is no longer in the bin.');
  const discard = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 3 });

  return {
    put: (id, folder) => {
      makeFolder(root);
      const key = `${id}.${stampOf(new Date())}.${randomBytes(3).toString('hex')}`;
      renameSync(folder, place(key));
      onChanged();
      return key;
    },
    has: (kind, id) => labels().some((label) => label.kind === kind && label.id === id),
    list: () => Promise.all(labels().map(measured)),
    get: async (key) => {
      const label = labels().find((one) => one.key === key);
      if (!label) throw gone();
      return measured(label);
    },
    takeOut: (kind, id, folder, key) => {
      const label = labels().find(
        (one) => one.kind === kind && one.id === id && (key === undefined || one.key === key),
      );
      if (!label) throw gone();
      if (existsSync(folder))
        throw new AppError('CONFLICT', 'Another has taken its place; remove or rename that one first.');
      makeFolder(path.dirname(folder));
      renameSync(place(label.key), folder);
      onChanged();
    },
    empty: async (key) => {
      const leaving = labels().filter((label) => key === undefined || label.key === key);
      if (key !== undefined && leaving.length === 0) throw gone();
      let bytes = 0;
      for (const label of leaving) {
        bytes += await bytesIn(place(label.key));
        const away = place(`${LEAVING}${label.key}`);
        renameSync(place(label.key), away);
        await discard(away);
      }
      onChanged();
      return { entries: leaving.length, bytes };
    },
    sweep: async () => {
      if (!existsSync(root)) return;
      for (const name of readdirSync(root)) if (name.startsWith(LEAVING)) await discard(place(name));
    },
  };
}

type Label = Omit<BinEntry, 'bytes'>;

/**
 * Reads what an entry's name and the file describing its content say; an entry of an older Tessera has no time in
 * its name.
 */
function labelOf(key: string, folder: string): Label | null {
  const [, id = key, stamp] = /^(.+)\.(\d{8}T\d{9}Z)\.[0-9a-f]+$/.exec(key) ?? /^(.+)-[0-9a-f]{12}$/.exec(key) ?? [];
  const removedAt =
    stamp === undefined ? statSync(folder, { throwIfNoEntry: false })?.ctime.toISOString() : timeOf(stamp);
  if (removedAt === undefined) return null; // another process has just emptied it
  const kinds = ['dataset', 'run'] as const;
  const kind = kinds.find((one) => marks[one].some((name) => existsSync(path.join(folder, name)))) ?? 'other';
  return { key, kind, id, name: kind === 'other' ? id : nameIn(path.join(folder, describedBy[kind])) || id, removedAt };
}

const describedBy: Record<BinKind, string> = { dataset: 'dataset.json', run: runFolder.manifest };

/** A folder counts as a run even if its run.json is gone. */
const marks: Record<BinKind, string[]> = {
  dataset: [describedBy.dataset],
  run: [runFolder.manifest, runFolder.status, runFolder.metrics],
};

/** Empty where the file doesn't say. */
function nameIn(file: string): string {
  try {
    const { name } = JSON.parse(readFileSync(file, 'utf8')) as { name?: unknown };
    return typeof name === 'string' ? name : '';
  } catch {
    return '';
  }
}

/** A time as “20261201T024500123Z”, which is a valid file name on every system. */
const stampOf = (time: Date): string => time.toISOString().replace(/[-:.]/g, '');
const timeOf = (stamp: string): string =>
  stamp.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z$/, '$1-$2-$3T$4:$5:$6.$7Z');
