import { statSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Item, ItemFilter } from '@shared/contract';
import { AppError } from '@shared/errors';
import type { DatasetManifest, ItemLine } from '@shared/specs/dataset';
import { isDamage, isFull, isLost, openDatabase, removeDatabase, type Database } from './database';
import { datasetTable, type DatasetRow, type NewDataset } from './datasets';
import { itemTable } from './items';

/** Items per transaction: some 40 ms, so that neither this process nor another waits long. */
const CHUNK = 10_000;

/** What can be listed, filtered and counted of the workspace's datasets. */
export interface Catalogue {
  /** Newest first. */
  list(): DatasetRow[];
  get(id: string): DatasetRow | null;
  /** For every listed dataset a text that changes when its row does; cheap to ask for. */
  stamps(): Map<string, string>;
  /** Every known id, including datasets being indexed and datasets in the bin. */
  known(): { id: string; state: 'indexing' | 'ready' | 'removed'; indexer: number | string }[];
  /**
   * Adds a dataset with its items, in pack order. Once all items are in, `settle` puts the folder in place and the
   * dataset is listed; if anything fails, no row stays, and the function that `settle` returned takes the folder
   * back. Throws BAD_FILE if the number of items differs from the manifest's, CONFLICT if the id is taken.
   */
  add(dataset: NewDataset, lines: AsyncIterable<ItemLine>, settle?: () => () => void): Promise<DatasetRow>;
  /**
   * Resolves once no dataset is being added. Adding to tables that `renew` has closed fails, so wait for this first.
   */
  settled(): Promise<void>;
  setManifest(id: string, manifest: DatasetManifest): void;
  /**
   * Hides a dataset (it lies in the bin) or shows it again. On a full disk this is kept in memory: whoever opens the
   * workspace next learns the same from the folders.
   */
  hide(id: string): void;
  show(id: string): void;
  /** Forgets a dataset and its items. */
  forget(id: string): Promise<void>;
  /**
   * Runs `work`, which must be synchronous, while no other process of this workspace runs its own or writes to the
   * catalogue: for reading, changing and writing a file that several processes change. The lock is SQLite's, so it
   * ends with the process that holds it; on a disk that can't be written to it covers this process only. `work` may
   * call it again.
   */
  exclusively<T>(work: () => T): T;
  /** One page in pack order, and the number of items that pass the filter. */
  items(
    dataset: DatasetRow,
    filter: ItemFilter,
    offset: number,
    limit: number,
  ): Promise<{ total: number; items: Item[] }>;
  /** Whether the catalogue is in memory because its file can't be used. */
  readonly inMemory: boolean;
  /**
   * Whether an error thrown by any of these means that the catalogue is damaged or its file is gone, so that `renew`
   * helps.
   */
  isBroken(error: unknown): boolean;
  /**
   * Reopens the file, or starts an empty catalogue in its place if it was damaged; datasets in the folders then have
   * to be added again.
   */
  renew(): void;
  close(): void;
}

export function openCatalogue(file: string): Catalogue {
  let tables = openTables(file);
  /** Ids whose rows could not be changed. */
  const hidden = new Set<string>();
  let isDamaged = false;
  const adding = new Set<Promise<unknown>>();

  const forgetKey = async (key: number): Promise<void> => {
    while (tables.items.removeSome(key, CHUNK) > 0) await nextTurn();
    tables.datasets.remove(key);
  };
  const isBroken = (error: unknown): boolean => {
    const thrown = [error, (error as Error | undefined)?.cause];
    if (thrown.some(isDamage)) isDamaged = true;
    return thrown.some(isDamage) || thrown.some(isLost);
  };
  const renew = (): void => {
    closeQuietly(tables.database);
    // another process may have begun a new one already
    if (isDamaged && !tables.inMemory && inodeOf(file) === tables.inode) tryToRemove(file);
    isDamaged = false;
    tables = openTables(file);
  };
  const visible = (row: DatasetRow | null): row is DatasetRow => row !== null && !hidden.has(row.id);
  const exclusively = <T>(work: () => T): T => {
    if (tables.database.inTransaction) return work();
    let began = false;
    const begin = (): T =>
      tables.database
        .transaction(() => {
          began = true;
          return work();
        })
        .immediate();
    try {
      return begin();
    } catch (error) {
      if (began || !(isBroken(error) || isFull(error))) throw error;
      renew();
      return begin();
    }
  };

  const add: Catalogue['add'] = async (dataset, lines, settle) => {
    const { datasets, items } = tables;
    if (datasets.all().some(({ id }) => id === dataset.id))
      throw new AppError('CONFLICT', `There is a dataset "${dataset.id}" already.`);
    const key = datasets.begin(dataset);
    let takeBack = (): void => undefined;
    try {
      const counts = createCounts();
      let waiting: ItemLine[] = [];
      let written = 0;
      const flush = async (): Promise<void> => {
        items.append(key, written, waiting);
        written += waiting.length;
        waiting = [];
        await nextTurn();
      };
      for await (const line of lines) {
        counts.add(line);
        waiting.push(line);
        if (waiting.length === CHUNK) await flush();
      }
      await flush();
      if (written !== dataset.manifest.count) {
        throw new AppError(
          'BAD_FILE',
          `Dataset "${dataset.id}" lists ${written} items but its dataset.json says ${dataset.manifest.count}.`,
          'Import it again.',
        );
      }
      takeBack = settle?.() ?? takeBack;
      datasets.finish(key, counts.all());
    } catch (error) {
      takeBack();
      await forgetKey(key).catch(() => undefined); // if this fails too, the row stays hidden and is removed at the next start
      throw error;
    }
    return datasets.get(dataset.id)!;
  };

  return {
    list: () => tables.datasets.list().filter(visible),
    get: (id) => {
      const row = tables.datasets.get(id);
      return visible(row) ? row : null;
    },
    stamps: () => new Map(tables.datasets.stamps().filter(([id]) => !hidden.has(id))),
    known: () => tables.datasets.all().map((row) => (hidden.has(row.id) ? { ...row, state: 'removed' } : row)),
    add: (...asked) => {
      const added = add(...asked);
      const done = (): void => void adding.delete(added);
      adding.add(added);
      added.then(done, done);
      return added;
    },
    settled: async () => {
      while (adding.size > 0) await Promise.allSettled(adding);
    },
    setManifest: (id, manifest) => tables.datasets.setManifest(id, manifest),
    hide: (id) => {
      try {
        tables.datasets.setState(id, 'removed');
      } catch (error) {
        if (!isFull(error)) throw error;
        hidden.add(id);
      }
    },
    show: (id) => {
      if (!hidden.delete(id)) tables.datasets.setState(id, 'ready');
    },
    forget: async (id) => {
      const row = tables.datasets.all().find((candidate) => candidate.id === id);
      if (row) await forgetKey(row.key);
      hidden.delete(id);
    },
    exclusively,
    items: (dataset, filter, offset, limit) => tables.items.page(dataset, filter, offset, limit),
    get inMemory() {
      return tables.inMemory;
    },
    isBroken,
    renew,
    close: () => {
      try {
        tables.database.pragma('wal_checkpoint(TRUNCATE)'); // a workspace that is closed can be copied file by file
      } catch {
        // on a full disk the log stays beside the file, and is read with it
      }
      closeQuietly(tables.database);
    },
  };
}

function openTables(file: string) {
  const { database, inMemory } = openDatabase(file);
  return { database, inMemory, inode: inodeOf(file), datasets: datasetTable(database), items: itemTable(database) };
}

function inodeOf(file: string): number | null {
  try {
    return statSync(file, { throwIfNoEntry: false })?.ino ?? null;
  } catch {
    return null;
  }
}

function tryToRemove(file: string): void {
  try {
    removeDatabase(file);
  } catch {
    // where it can't be removed the new one lives in memory
  }
}

function closeQuietly(database: Database): void {
  try {
    database.close();
  } catch {
    // nothing of it is needed any more
  }
}

function createCounts() {
  const counts = new Map<string, { split: 'train' | 'test'; label: number; count: number }>();
  return {
    add: ({ split, label }: ItemLine): void => {
      const key = `${split}/${label}`;
      const entry = counts.get(key) ?? { split, label: label ?? -1, count: 0 };
      entry.count += 1;
      counts.set(key, entry);
    },
    all: () => [...counts.values()],
  };
}
