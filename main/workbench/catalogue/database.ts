import { rmSync } from 'node:fs';
import Libsql from 'libsql';
import { AppError } from '@shared/errors';

export type Database = InstanceType<typeof Libsql>;

/**
 * Each entry upgrades the schema by one version; `user_version` counts them. Items are keyed by dataset and position
 * in the pack, so that scrolling reads a range of the primary key; each filter has a covering index.
 */
const migrations = [
  `
  CREATE TABLE datasets (
    key INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    state TEXT NOT NULL CHECK (state IN ('indexing', 'ready', 'removed')),
    indexer INTEGER NOT NULL,
    manifest TEXT NOT NULL,
    bundled INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    created_at TEXT NOT NULL,
    counts TEXT NOT NULL
  );
  CREATE TABLE items (
    dataset INTEGER NOT NULL,
    idx INTEGER NOT NULL,
    name TEXT NOT NULL,
    label INTEGER NOT NULL,
    split INTEGER NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    PRIMARY KEY (dataset, idx)
  ) WITHOUT ROWID;
  CREATE INDEX items_by_split ON items (dataset, split, idx);
  CREATE INDEX items_by_label ON items (dataset, label, idx);
  CREATE INDEX items_by_split_and_label ON items (dataset, split, label, idx);
  `,
  // the names of what was indexed before are read from the folders again
  `
  DELETE FROM items;
  DELETE FROM datasets;
  CREATE TABLE names (
    dataset INTEGER NOT NULL,
    first INTEGER NOT NULL,
    names TEXT NOT NULL,
    labels BLOB NOT NULL,
    splits BLOB NOT NULL,
    PRIMARY KEY (dataset, first)
  );
  `,
  // captions, tags and fields of what was indexed before are read from the folders as well
  `
  DELETE FROM items;
  DELETE FROM names;
  DELETE FROM datasets;
  ALTER TABLE items ADD COLUMN texts TEXT NOT NULL DEFAULT '';
  `,
  // an item's facts in place of a picture's size
  `
  DELETE FROM names;
  DELETE FROM datasets;
  DROP TABLE items;
  CREATE TABLE items (
    dataset INTEGER NOT NULL,
    idx INTEGER NOT NULL,
    name TEXT NOT NULL,
    label INTEGER NOT NULL,
    split INTEGER NOT NULL,
    facts TEXT NOT NULL,
    texts TEXT NOT NULL,
    PRIMARY KEY (dataset, idx)
  ) WITHOUT ROWID;
  CREATE INDEX items_by_split ON items (dataset, split, idx);
  CREATE INDEX items_by_label ON items (dataset, label, idx);
  CREATE INDEX items_by_split_and_label ON items (dataset, split, label, idx);
  `,
];

/** An open catalogue, and whether it lives in memory only. */
export interface OpenDatabase {
  database: Database;
  inMemory: boolean;
}

/**
 * Opens the catalogue, creating or upgrading it. A damaged one is put away and started anew; if the file can't be
 * used (a full or read-only workspace) the catalogue is created in memory. Nothing is lost either way, since it
 * holds only what the folders say. Throws UNSUPPORTED for a catalogue that a newer Tessera wrote, and SQLite's own
 * error while another process keeps it locked.
 */
export function openDatabase(file: string): OpenDatabase {
  try {
    return { database: openOrBeginAnew(file), inMemory: false };
  } catch (error) {
    if (error instanceof AppError || isBusy(error)) throw error;
    return { database: open(':memory:'), inMemory: true };
  }
}

function openOrBeginAnew(file: string): Database {
  try {
    return open(file);
  } catch (error) {
    if (!isDamage(error)) throw error;
    removeDatabase(file);
    return open(file);
  }
}

/** Deletes a catalogue's files. */
export function removeDatabase(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
}

/** A row whose content differs from what was written. */
export class DamagedRow extends Error {
  override readonly name = 'DamagedRow';
}

/** SQLite's messages for a damaged file, used where the error code is lost. */
const damageSaid = /^(file is not a database|database disk image is malformed|malformed database schema\b)/i;

/**
 * Whether an error says that the catalogue's content is damaged; a damaged file of the person's says nothing about
 * it.
 */
export function isDamage(error: unknown): boolean {
  return (
    error instanceof DamagedRow ||
    ['CORRUPT', 'NOTADB'].includes(kindOf(error)) ||
    (error instanceof Error && !(error instanceof AppError) && damageSaid.test(error.message))
  );
}

/** Whether an error says that the catalogue's file was removed, moved, truncated or made read-only. */
export function isLost(error: unknown): boolean {
  return ['READONLY', 'IOERR', 'CANTOPEN'].includes(kindOf(error));
}

/** Whether a change failed because the disk is full. */
export const isFull = (error: unknown): boolean => kindOf(error) === 'FULL';

const isBusy = (error: unknown): boolean => ['BUSY', 'LOCKED'].includes(kindOf(error));

/** The first word of SQLite's code: `IOERR` of `SQLITE_IOERR_SHORT_READ`. */
function kindOf(error: unknown): string {
  const { code } = (error ?? {}) as { code?: unknown };
  return /^SQLITE_([A-Z]+)/.exec(typeof code === 'string' ? code : '')?.[1] ?? '';
}

function open(file: string): Database {
  const database = new Libsql(file);
  try {
    database.pragma('busy_timeout = 15000');
    database.pragma('journal_mode = WAL');
    database.pragma('synchronous = NORMAL');
    migrate(database);
    // what is cut or zeroed in the header and the schema shows itself only when it is read
    database.prepare('SELECT count(*) FROM datasets').get();
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function migrate(database: Database): void {
  const versionOf = (): number =>
    (database.prepare('PRAGMA user_version').get() as { user_version: number }).user_version;
  if (versionOf() === migrations.length) return;
  database
    .transaction(() => {
      const version = versionOf(); // another process may have been faster
      if (version > migrations.length) {
        throw new AppError(
          'UNSUPPORTED',
          'This workspace was used by a newer Tessera.',
          'Update Tessera, or choose another workspace.',
        );
      }
      for (const migration of migrations.slice(version)) database.exec(migration);
      database.exec(`PRAGMA user_version = ${migrations.length}`);
    })
    .immediate();
}
