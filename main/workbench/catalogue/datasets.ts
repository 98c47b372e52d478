import { datasetManifestSchema, type DatasetManifest } from '@shared/specs/dataset';
import { ownKey } from '../../files';
import { DamagedRow, type Database } from './database';

/** Items of each split and label; `label` -1 stands for items without a class. */
export type ItemCounts = readonly { split: 'train' | 'test'; label: number; count: number }[];

/** A dataset as the catalogue knows it. */
export interface DatasetRow {
  key: number;
  id: string;
  manifest: DatasetManifest;
  bundled: boolean;
  bytes: number;
  counts: ItemCounts;
}

export interface NewDataset {
  id: string;
  manifest: DatasetManifest;
  bundled: boolean;
  bytes: number;
}

interface RawRow {
  key: number;
  id: string;
  manifest: string;
  bundled: number;
  bytes: number;
  counts: string;
}

/** The table of datasets. `list` and `get` see only rows in the state `ready`. */
export function datasetTable(database: Database) {
  const columns = 'key, id, manifest, bundled, bytes, counts';
  const ready = database.prepare(
    `SELECT ${columns} FROM datasets WHERE state = 'ready' ORDER BY created_at DESC, key DESC`,
  );
  const one = database.prepare(`SELECT ${columns} FROM datasets WHERE id = ? AND state = 'ready'`);
  const shown = database.prepare(`SELECT id, key, manifest FROM datasets WHERE state = 'ready'`);
  const everything = database.prepare('SELECT key, id, state, indexer FROM datasets');
  const insert = database.prepare(
    `INSERT INTO datasets (id, state, indexer, manifest, bundled, bytes, created_at, counts) VALUES (?, 'indexing', ?, ?, ?, ?, ?, '[]')`,
  );
  const finish = database.prepare(`UPDATE datasets SET state = 'ready', counts = ? WHERE key = ?`);
  const setState = database.prepare('UPDATE datasets SET state = ? WHERE id = ?');
  const setManifest = database.prepare('UPDATE datasets SET manifest = ? WHERE id = ?');
  const remove = database.prepare('DELETE FROM datasets WHERE key = ?');

  return {
    list: (): DatasetRow[] => (ready.all() as RawRow[]).map(parseRow),
    get: (id: string): DatasetRow | null => {
      const row = one.get([id]) as RawRow | undefined;
      return row ? parseRow(row) : null;
    },
    stamps: () =>
      (shown.all() as Pick<RawRow, 'id' | 'key' | 'manifest'>[]).map(
        ({ id, key, manifest }) => [id, `${key} ${manifest}`] as const,
      ),
    /** Rows in any state. */
    all: () =>
      everything.all() as {
        key: number;
        id: string;
        state: 'indexing' | 'ready' | 'removed';
        indexer: number | string;
      }[],
    /** A row in the state `indexing`; fails if the id is taken. */
    begin: ({ id, manifest, bundled, bytes }: NewDataset): number => {
      insert.run([id, ownKey, JSON.stringify(manifest), bundled ? 1 : 0, bytes, manifest.createdAt]);
      return (database.prepare('SELECT key FROM datasets WHERE id = ?').get([id]) as { key: number }).key;
    },
    finish: (key: number, counts: ItemCounts): void => void finish.run([JSON.stringify(counts), key]),
    setState: (id: string, state: 'ready' | 'removed'): void => void setState.run([state, id]),
    setManifest: (id: string, manifest: DatasetManifest): void => void setManifest.run([JSON.stringify(manifest), id]),
    remove: (key: number): void => void remove.run([key]),
  };
}

function parseRow(row: RawRow): DatasetRow {
  try {
    return {
      key: row.key,
      id: row.id,
      manifest: datasetManifestSchema.parse(JSON.parse(row.manifest)),
      bundled: row.bundled === 1,
      bytes: row.bytes,
      counts: JSON.parse(row.counts) as ItemCounts,
    };
  } catch (cause) {
    throw new DamagedRow(`The row of dataset ${row.id} can't be read.`, { cause });
  }
}
